// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/privilege.h"

#include "util/capabilities.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <climits>

namespace unwedge::kernel {
namespace {

/// Inside a user namespace capabilities count for what that namespace owns only, and none of it is BPF's.
bool in_first_user_namespace() {
    constexpr ino_t first = 0xEFFFFFFD; // PROC_USER_INIT_INO, include/linux/proc_ns.h
    struct stat own {};
    return ::stat("/proc/self/ns/user", &own) != 0 || own.st_ino == first;
}

/// File capabilities count unless this process, or where the program lies, is kept from gaining any. What is
/// not in the bounding set is worse: the program could not even be executed.
bool heeds_file_capabilities() {
    struct statvfs place {};
    for (const int capability : {CAP_BPF, CAP_PERFMON})
        if (::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) != 1)
            return false;
    return ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0 && ::statvfs("/proc/self/exe", &place) == 0 &&
           (place.f_flag & ST_NOSUID) == 0;
}

} // namespace

std::vector<Capability> missing_capabilities() {
    const std::array all{
        Capability{CAP_BPF, "CAP_BPF", "loads the programs", "no BPF program can be loaded"},
        Capability{CAP_PERFMON, "CAP_PERFMON", "lets them read kernel memory",
                   "BPF programs may not read kernel memory"},
        Capability{CAP_SYS_PTRACE, "CAP_SYS_PTRACE", "reads what threads wait in",
                   "of processes of other users, what they wait in and their descriptors stay unknown",
                   false},
    };
    const Capabilities own = in_first_user_namespace() ? own_capabilities() : Capabilities{};
    // Until Linux 5.8 split them off, CAP_SYS_ADMIN stood for the first two, and it still does.
    const bool admin = own.has(CAP_SYS_ADMIN);
    std::vector<Capability> missing;
    for (const Capability &capability : all) {
        const bool implied = admin && capability.number != CAP_SYS_PTRACE;
        if (!implied && !own.has(capability.number))
            missing.push_back(capability);
    }
    return missing;
}

std::string remedy() {
    if (!in_first_user_namespace())
        return "those of a user namespace do not count; run it outside of that";
    return ::geteuid() == 0 ? "let its container or service have them (docker: --cap-add)"
                            : "run it as root or through sudo";
}

Result<void> require_capabilities() {
    std::string names;
    for (const Capability &capability : missing_capabilities())
        if (capability.needed)
            names += (names.empty() ? "" : ", ") + capability.name + " (" + capability.why + ")";
    if (names.empty())
        return {};
    return Error{"missing " + names + ": " + remedy(), 0};
}

std::vector<std::string> setcap_command() {
    std::array<char, PATH_MAX> path{};
    const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
    if (length <= 0 || !in_first_user_namespace() || !heeds_file_capabilities())
        return {};
    return {"sudo", "setcap", "cap_bpf,cap_perfmon+ep",
            std::string(path.data(), static_cast<std::size_t>(length))};
}

} // namespace unwedge::kernel
