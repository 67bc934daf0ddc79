// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/privilege.h"

#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdint>

namespace unwedge::kernel {
namespace {

/// Inside a user namespace capabilities count for what that namespace owns only, and none of it is BPF's.
bool in_first_user_namespace() {
    constexpr ino_t first = 0xEFFFFFFD; // PROC_USER_INIT_INO, include/linux/proc_ns.h
    struct stat own {};
    return ::stat("/proc/self/ns/user", &own) != 0 || own.st_ino == first;
}

std::uint64_t effective_capabilities() {
    if (!in_first_user_namespace())
        return 0;
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data{};
    if (::syscall(SYS_capget, &header, data.data()))
        return 0;
    return data[0].effective | static_cast<std::uint64_t>(data[1].effective) << 32;
}

} // namespace

std::vector<Capability> missing_capabilities() {
    const std::array needed{
        Capability{CAP_BPF, "CAP_BPF", "loads the programs"},
        Capability{CAP_PERFMON, "CAP_PERFMON", "lets them read kernel memory"},
        Capability{CAP_SYS_PTRACE, "CAP_SYS_PTRACE", "reads what threads wait in"},
    };
    const std::uint64_t effective = effective_capabilities();
    // Until Linux 5.8 split them off, CAP_SYS_ADMIN stood for the first two, and it still does.
    const bool admin = (effective >> CAP_SYS_ADMIN & 1) != 0;
    std::vector<Capability> missing;
    for (const Capability &capability : needed) {
        const bool implied = admin && capability.number != CAP_SYS_PTRACE;
        if (!implied && (effective >> capability.number & 1) == 0)
            missing.push_back(capability);
    }
    return missing;
}

std::string remedy() {
    return in_first_user_namespace() ? "run it as root or through sudo"
                                     : "those of a user namespace do not count; run it outside of that";
}

Result<void> require_capabilities() {
    std::vector<Capability> missing = missing_capabilities();
    if (missing.empty())
        return {};
    std::string text = "missing";
    for (const Capability &capability : missing)
        text +=
            (&capability == &missing.front() ? " " : ", ") + capability.name + " (" + capability.why + ")";
    return Error{text + ": " + remedy(), 0};
}

} // namespace unwedge::kernel
