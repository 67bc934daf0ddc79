// SPDX-License-Identifier: GPL-2.0-only
#include "gate/capture.h"

#include "session/exit_status.h"
#include "util/fd.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace unwedge::gate {
namespace {

constexpr std::size_t most_captured = std::size_t{64} << 20;

/// The child's side. Returns only if it failed, errno.
int become(std::vector<char *> &argv, const std::optional<session::Identity> &user, const Fd &input,
           const Fd &output) {
    if (::dup2(input.get(), STDIN_FILENO) < 0 || ::dup2(output.get(), STDOUT_FILENO) < 0)
        return errno;
    if (user)
        if (const int failed = session::assume(*user))
            return failed;
    ::execvp(argv.front(), argv.data());
    return errno;
}

/// All until end-of-file, of which no more than `most_captured` is kept.
std::string read_all(const Fd &fd) {
    std::string text;
    std::array<char, 65536> buffer{};
    for (;;) {
        const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 || text.size() > most_captured)
            return text;
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

} // namespace

Result<Captured> capture(const std::vector<std::string> &argv, const std::optional<session::Identity> &user) {
    std::array<int, 2> fds{};
    if (::pipe2(fds.data(), O_CLOEXEC))
        return errno_error("pipe", errno);
    Fd from(fds[0]);
    Fd into(fds[1]);
    const Fd input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    std::vector<char *> words;
    for (const std::string &word : argv)
        words.push_back(const_cast<char *>(word.c_str())); // execvp() takes, but does not change them
    words.push_back(nullptr);
    const pid_t pid = ::fork();
    if (pid < 0)
        return errno_error("fork", errno);
    if (pid == 0) {
        const int failed = become(words, user, input, into);
        ::_exit(failed == ENOENT ? session::exit_not_found : session::exit_not_executable);
    }
    into.reset();
    Captured captured{.output = read_all(from)};
    from.reset();
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    captured.status = WIFEXITED(status) ? WEXITSTATUS(status) : session::exit_signal_base + WTERMSIG(status);
    if (captured.status == session::exit_not_found || captured.status == session::exit_not_executable)
        return Error{fmt::format("'{}' can't be run: is it installed?", argv.front())};
    if (captured.output.size() > most_captured)
        return Error{fmt::format("'{}' prints more than can be taken", argv.front()), EFBIG};
    return captured;
}

} // namespace unwedge::gate
