// SPDX-License-Identifier: GPL-2.0-only
#include "session/host.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/utsname.h>

#include <array>
#include <cstring>
#include <memory>

namespace unwedge::session {
namespace {

/// Text of an IPv4 or IPv6 address; empty for other families.
std::string text_of(const sockaddr &address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    if (address.sa_family == AF_INET) {
        std::memcpy(&v4, &address, sizeof(v4));
        ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    } else if (address.sa_family == AF_INET6) {
        std::memcpy(&v6, &address, sizeof(v6));
        ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
    }
    return text.data();
}

} // namespace

Host this_host() {
    utsname names{};
    ::uname(&names);
    return {static_cast<const char *>(names.nodename), static_cast<const char *>(names.release)};
}

std::set<std::string> local_addresses() {
    ifaddrs *list = nullptr;
    if (::getifaddrs(&list))
        return {};
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, ::freeifaddrs);
    std::set<std::string> addresses;
    for (const ifaddrs *one = list; one; one = one->ifa_next)
        if (one->ifa_addr)
            addresses.insert(text_of(*one->ifa_addr));
    addresses.erase("");
    return addresses;
}

} // namespace unwedge::session
