// SPDX-License-Identifier: GPL-2.0-only
#include "gate/attempt.h"

#include "gate/run_result.h"
#include "session/as_user.h"
#include "session/create_file.h"
#include "session/exit_status.h"
#include "util/c_argv.h"
#include "util/pidfd.h"
#include "util/units.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>

namespace unwedge::gate {
namespace {

/// What timeout(1) and a shell say of a command that a time limit has ended.
constexpr int shell_terminated = session::exit_signal_base + SIGTERM;

std::string milliseconds(Nanos length) {
    return fmt::format("{}ms", std::chrono::ceil<std::chrono::milliseconds>(length).count());
}

std::vector<std::string> words_of(const Order &order) {
    std::vector<std::string> words{"unwedge",
                                   "run",
                                   "--quiet",
                                   "--json",
                                   order.base + ".json",
                                   "--record",
                                   order.base + ".unwedge",
                                   "--record-when",
                                   "wedge"};
    words.insert(words.end(), {"--kill-after", milliseconds(order.kill_after)});
    if (order.timeout)
        words.insert(words.end(), {"--timeout", milliseconds(*order.timeout)});
    words.insert(words.end(), order.run_options.begin(), order.run_options.end());
    words.emplace_back("--");
    words.insert(words.end(), order.argv.begin(), order.argv.end());
    return words;
}

/// What an earlier run has left under these names is not this one's.
void remove_old(const Order &order) {
    std::error_code ignored;
    for (const char *ending : {".json", ".log", ".unwedge"})
        std::filesystem::remove(order.base + ending, ignored);
}

/// It belongs to whom the command runs as.
Result<Fd> open_log(const Order &order) {
    const std::string path = order.base + ".log";
    Result<Fd> log = session::create_file(path);
    if (!log)
        return Error{fmt::format("cannot write '{}': {}", path, log.error().message), log.error().code};
    return log;
}

/// The child's side. Returns only if it failed, errno.
int become(const Order &order, const std::vector<std::string> &words, const session::Signals &signals,
           const Fd &input, const Fd &log, pid_t parent) {
    ::setpgid(0, 0);
    if (::prctl(PR_SET_PDEATHSIG, SIGTERM) || ::getppid() != parent)
        return ECANCELED;
    if (!input || ::dup2(input.get(), STDIN_FILENO) < 0)
        return errno;
    if (log && (::dup2(log.get(), STDOUT_FILENO) < 0 || ::dup2(log.get(), STDERR_FILENO) < 0))
        return errno;
    if (!order.folder.empty() && ::chdir(order.folder.c_str()))
        return errno;
    for (const auto &[variable, value] : order.environment)
        ::setenv(variable.c_str(), value.c_str(), 1);
    const std::vector<char *> pointers = c_argv(words);
    signals.restore();
    ::execv("/proc/self/exe", pointers.data());
    return errno;
}

Ending ending_of(int status, const RunResult &result) {
    if (status == session::exit_hang && !result.exit)
        return Ending::hung;
    if (result.exit == session::exit_hang || result.exit == shell_terminated || result.signal == SIGTERM)
        return Ending::hung;
    if (status == 0)
        return Ending::passed;
    const bool own = result.exit || result.signal || !result.unmet.empty();
    return own ? Ending::failed : Ending::broken;
}

} // namespace

std::string_view name(Ending ending) {
    switch (ending) {
    case Ending::passed: return "pass";
    case Ending::failed: return "fail";
    case Ending::hung: return "hang";
    case Ending::broken: return "broken";
    case Ending::interrupted: return "interrupted";
    case Ending::skipped: return "skipped";
    }
    return "?";
}

std::string status_text(int status) {
    if (status > session::exit_signal_base)
        return fmt::format("ended by {}", signal_text(status - session::exit_signal_base));
    return fmt::format("exit status {}", status);
}

Result<RunningAttempt> RunningAttempt::start(Order order, const session::Signals &signals) {
    order.base = std::filesystem::absolute(order.base); // it may run elsewhere
    Result<std::optional<session::Identity>> user = session::command_identity(std::nullopt);
    if (!user)
        return user.error();
    Fd log;
    {
        const session::AsUser as_user(*user);
        if (!as_user.ok())
            return errno_error("becoming the user that the command runs as", errno);
        remove_old(order);
        if (order.captures) {
            Result<Fd> opened = open_log(order);
            if (!opened)
                return opened.error();
            log = std::move(*opened);
        }
    }
    const Fd input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const std::vector<std::string> words = words_of(order);
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid < 0)
        return errno_error("fork", errno);
    if (pid == 0) {
        const int failed = become(order, words, signals, input, log, parent);
        const std::string what = errno_error("unwedge: cannot start a run", failed).message + "\n";
        [[maybe_unused]] const ssize_t told = ::write(STDERR_FILENO, what.data(), what.size());
        ::_exit(session::exit_failed);
    }
    Fd pidfd = open_pidfd(pid);
    if (!pidfd)
        return errno_error("pidfd_open", errno);
    return RunningAttempt(std::move(order), pid, std::move(pidfd));
}

void RunningAttempt::interrupt() {
    interrupted_ = true;
    send_signal(pidfd_, SIGTERM);
}

void RunningAttempt::kill() const {
    send_signal(pidfd_, SIGKILL);
}

Attempt RunningAttempt::finish() {
    int wait_status = 0;
    while (::waitpid(pid_, &wait_status, 0) < 0 && errno == EINTR) {
    }
    Attempt attempt;
    attempt.length = monotonic_now() - began_;
    attempt.status =
        WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : session::exit_signal_base + WTERMSIG(wait_status);
    RunResult result = read_run_result(order_.base + ".json");
    attempt.ending = interrupted_ ? Ending::interrupted : ending_of(attempt.status, result);
    attempt.summary = std::move(result.summary);
    attempt.culprits = std::move(result.culprits);
    attempt.unmet = std::move(result.unmet);
    if (std::error_code none; std::filesystem::exists(order_.base + ".unwedge", none))
        attempt.recording = order_.base + ".unwedge";
    if (order_.captures)
        attempt.log = order_.base + ".log";
    return attempt;
}

} // namespace unwedge::gate
