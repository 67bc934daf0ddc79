// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/privilege.h"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdint>

namespace unwedge::kernel {
namespace {

std::uint64_t effective_capabilities() {
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

Result<void> require_capabilities() {
    std::vector<Capability> missing = missing_capabilities();
    if (missing.empty())
        return {};
    std::string text = "missing";
    for (const Capability &capability : missing)
        text +=
            (&capability == &missing.front() ? " " : ", ") + capability.name + " (" + capability.why + ")";
    return Error{text + ": run it as root or through sudo", 0};
}

} // namespace unwedge::kernel
