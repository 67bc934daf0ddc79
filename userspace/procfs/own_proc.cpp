// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/own_proc.h"

#include "procfs/number.h"
#include "util/fd.h"

#include <cerrno>
#include <string_view>

#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace unwedge::procfs {
namespace {

// By number: glibc has these since 2.36 only.
int fsopen(const char *type) {
    return static_cast<int>(::syscall(SYS_fsopen, type, FSOPEN_CLOEXEC));
}

int create(const Fd &context) {
    return static_cast<int>(::syscall(SYS_fsconfig, context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0));
}

int fsmount(const Fd &context) {
    return static_cast<int>(
        ::syscall(SYS_fsmount, context.get(), FSMOUNT_CLOEXEC,
                  MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC));
}

Result<Fd> mount_detached() {
    Fd context(fsopen("proc"));
    if (!context)
        return errno_error("fsopen", errno);
    if (create(context) != 0)
        return errno_error("fsconfig", errno);
    Fd root(fsmount(context));
    if (!root)
        return errno_error("fsmount", errno);
    return root;
}

} // namespace

/// NSpid tells the number of this process in the namespace of that mount, then in each one further in, down
/// to its own: a single one means that these are the same. The number alone may be equal by chance.
bool is_own(const Proc &proc) {
    const auto status = proc.read_text("self/status");
    if (!status)
        return false;
    constexpr std::string_view field = "\nNSpid:\t";
    const auto begin = status->find(field);
    if (begin == std::string::npos)
        return false;
    const auto from = begin + field.size();
    const std::string_view numbers = std::string_view(*status).substr(from, status->find('\n', from) - from);
    return parse_number<Pid>(numbers) == ::getpid();
}

Result<Proc> own_proc() {
    Proc proc;
    if (is_own(proc))
        return proc;
    Result<Fd> root = mount_detached();
    if (!root)
        return Error{"/proc shows another pid namespace, and one of its own can't be mounted: " +
                         root.error().message,
                     root.error().code};
    return Proc(std::move(*root), "/proc");
}

} // namespace unwedge::procfs
