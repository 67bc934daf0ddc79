// SPDX-License-Identifier: GPL-2.0-only
#include "util/capabilities.h"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace unwedge {
namespace {

using Words = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

std::uint64_t joined(std::uint32_t low, std::uint32_t high) {
    return low | static_cast<std::uint64_t>(high) << 32;
}

/// The 32 capabilities from number `first` on.
__user_cap_data_struct word(const Capabilities &capabilities, unsigned first) {
    return {.effective = static_cast<std::uint32_t>(capabilities.effective >> first),
            .permitted = static_cast<std::uint32_t>(capabilities.permitted >> first),
            .inheritable = static_cast<std::uint32_t>(capabilities.inheritable >> first)};
}

} // namespace

Capabilities own_capabilities() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    Words words{};
    if (::syscall(SYS_capget, &header, words.data()))
        return {};
    return {.effective = joined(words[0].effective, words[1].effective),
            .permitted = joined(words[0].permitted, words[1].permitted),
            .inheritable = joined(words[0].inheritable, words[1].inheritable)};
}

int set_own_capabilities(const Capabilities &capabilities) {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    Words words{word(capabilities, 0), word(capabilities, 32)};
    return ::syscall(SYS_capset, &header, words.data()) ? errno : 0;
}

} // namespace unwedge
