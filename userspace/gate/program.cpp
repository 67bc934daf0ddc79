// SPDX-License-Identifier: GPL-2.0-only
#include "gate/program.h"

#include "session/exit_status.h"
#include "util/c_argv.h"
#include "util/fd.h"
#include "util/pipe.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

namespace unwedge::gate {
namespace {

/// The child's side. Returns only if it failed, errno.
int become_program(const Call &call, const std::optional<session::Identity> &user, const Pipe &out,
                   const Pipe &err) {
    if (user)
        if (const int failed = session::assume(*user))
            return failed;
    ::prctl(PR_SET_PDEATHSIG, SIGTERM); // after the change of identity, which takes it away
    const Fd input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!input || ::dup2(input.get(), STDIN_FILENO) < 0 || ::dup2(out.write.get(), STDOUT_FILENO) < 0 ||
        ::dup2(err.write.get(), STDERR_FILENO) < 0)
        return errno;
    if (!call.folder.empty() && ::chdir(call.folder.c_str()))
        return errno;
    for (const auto &[variable, value] : call.environment)
        if (value.empty())
            ::unsetenv(variable.c_str());
        else
            ::setenv(variable.c_str(), value.c_str(), 1);
    const std::vector<char *> pointers = c_argv(call.argv);
    ::execvp(pointers.front(), pointers.data());
    return errno;
}

/// What comes out of both pipes until both have been closed.
void collect(Pipe &out, Pipe &err, std::string &text, std::string &complaint) {
    std::array<pollfd, 2> ends{pollfd{out.read.get(), POLLIN, 0}, pollfd{err.read.get(), POLLIN, 0}};
    const std::array into{&text, &complaint};
    while (ends[0].fd >= 0 || ends[1].fd >= 0) {
        ::poll(ends.data(), ends.size(), -1);
        for (std::size_t i = 0; i < ends.size(); ++i) {
            if (ends.at(i).fd < 0 || !ends.at(i).revents)
                continue;
            std::array<char, 16384> buffer{};
            const ssize_t got = ::read(ends.at(i).fd, buffer.data(), buffer.size());
            if (got > 0)
                into.at(i)->append(buffer.data(), static_cast<std::size_t>(got));
            else if (got == 0 || errno != EINTR)
                ends.at(i).fd = -1;
        }
    }
}

void cut_newlines(std::string &text) {
    while (text.ends_with('\n'))
        text.pop_back();
}

} // namespace

Result<std::string> output_of(const Call &call, const std::optional<session::Identity> &user) {
    Result<Pipe> out = make_pipe();
    if (!out)
        return out.error();
    Result<Pipe> err = make_pipe();
    if (!err)
        return err.error();
    const pid_t pid = ::fork();
    if (pid < 0)
        return errno_error("fork", errno);
    if (pid == 0) {
        const Error failed = errno_error("it can't be run", become_program(call, user, *out, *err));
        [[maybe_unused]] const ssize_t told =
            ::write(err->write.get(), failed.message.data(), failed.message.size());
        ::_exit(session::exit_not_found);
    }
    out->write.reset();
    err->write.reset();
    std::string text;
    std::string complaint;
    collect(*out, *err, text, complaint);
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    cut_newlines(text);
    cut_newlines(complaint);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return Error{fmt::format("{}: {}", fmt::join(call.argv, " "), complaint)};
    return text;
}

} // namespace unwedge::gate
