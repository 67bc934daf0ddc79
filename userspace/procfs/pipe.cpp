// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/pipe.h"

#include "util/fd.h"
#include "util/pidfd.h"

#include <cerrno>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace unwedge::procfs {

Result<std::uint64_t> pipe_unread(Pid pid, int fd, std::uint64_t inode) {
    const Fd process = open_pidfd(pid);
    if (!process)
        return errno_error("pidfd_open", errno);
    const Fd pipe(static_cast<int>(::syscall(SYS_pidfd_getfd, process.get(), fd, 0)));
    if (!pipe)
        return errno_error("pidfd_getfd", errno);
    struct stat status {};
    // The number may have been given to another file, or another process, since it was listed.
    if (::fstat(pipe.get(), &status) != 0 || !S_ISFIFO(status.st_mode) || status.st_ino != inode)
        return errno_error("a pipe", EBADF);
    int unread = 0;
    if (::ioctl(pipe.get(), FIONREAD, &unread) != 0 || unread < 0)
        return errno_error("FIONREAD", errno);
    return static_cast<std::uint64_t>(unread);
}

} // namespace unwedge::procfs
