// SPDX-License-Identifier: GPL-2.0-only
#include "session/child.h"

#include "util/c_argv.h"
#include "util/pidfd.h"
#include "util/pipe.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace unwedge::session {
namespace {

ssize_t read_retrying(const Fd &fd, void *into, std::size_t size) {
    ssize_t got = 0;
    do
        got = ::read(fd.get(), into, size);
    while (got < 0 && errno == EINTR);
    return got;
}

/// The child's side: waits for the gate, becomes the user, execs. Returns only what failed.
int become(const std::vector<char *> &argv, const CommandRights &rights, const Signals &signals,
           const std::array<int, 2> &streams, const Fd &gate) {
    char go = 0;
    if (read_retrying(gate, &go, 1) != 1)
        return ECANCELED;
    if (rights.identity)
        if (int failed = assume(*rights.identity))
            return failed;
    if (rights.no_new_privs && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        return errno;
    for (const int stream : {STDOUT_FILENO, STDERR_FILENO})
        if (const int fd = streams.at(static_cast<std::size_t>(stream - STDOUT_FILENO)); fd >= 0)
            if (::dup2(fd, stream) < 0)
                return errno;
    signals.restore();
    ::execvp(argv.front(), argv.data());
    return errno;
}

} // namespace

Result<Child> Child::fork(const std::vector<std::string> &argv, const CommandRights &rights,
                          const Signals &signals, const std::array<int, 2> &streams) {
    Result<Pipe> gate = make_pipe();
    if (!gate)
        return gate.error();
    Result<Pipe> failure = make_pipe();
    if (!failure)
        return failure.error();
    const std::vector<char *> words = c_argv(argv);
    const pid_t pid = ::fork();
    if (pid < 0)
        return errno_error("fork", errno);
    if (pid == 0) {
        gate->write.reset();
        const int failed = become(words, rights, signals, streams, gate->read);
        [[maybe_unused]] ssize_t told = ::write(failure->write.get(), &failed, sizeof(failed));
        ::_exit(125);
    }
    Fd pidfd = open_pidfd(pid);
    if (!pidfd)
        return errno_error("pidfd_open", errno);
    return Child(pid, std::move(pidfd), std::move(gate->write), std::move(failure->read));
}

Result<void> Child::release() {
    const char go = 1;
    if (::write(gate_.get(), &go, 1) != 1)
        return errno_error("starting the command", errno);
    gate_.reset();
    int failed = 0;
    if (read_retrying(failure_, &failed, sizeof(failed)) == static_cast<ssize_t>(sizeof(failed)))
        return errno_error("cannot run it", failed);
    return {};
}

} // namespace unwedge::session
