// SPDX-License-Identifier: GPL-2.0-only
#include "gate/janitor.h"

#include "procfs/process_table.h"
#include "reap/prey.h"
#include "session/as_user.h"
#include "session/private_folder.h"
#include "util/clock.h"
#include "util/pipe.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>
#include <utility>

namespace unwedge::gate {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr Nanos until_kill = 1s;
constexpr Nanos until_given_up = 10s;
constexpr auto between_scans = 20ms;

/// Is the mark in its environment, as that was when it was executed?
bool has_mark(facts::Pid pid, const std::string &mark) {
    std::ifstream file(fmt::format("/proc/{}/environ", pid));
    const std::string text(std::istreambuf_iterator<char>(file), {});
    return ('\0' + text + '\0').find('\0' + mark + '\0') != std::string::npos;
}

/// Signals all with the mark; returns whether there were any. Held by descriptor before the mark is looked
/// for, so that nobody else is hit.
bool signal_marked(const std::string &mark, int signal) {
    const procfs::Proc proc;
    const Result<procfs::ProcessTable> table = procfs::read_processes(proc);
    bool any = false;
    if (!table)
        return any;
    for (const auto &[pid, stat] : *table) {
        if (pid == ::getpid() || !has_mark(pid, mark))
            continue;
        const Result<reap::Prey> one = reap::Prey::of(pid, stat, proc);
        if (one && !one->has_ended() && has_mark(pid, mark)) {
            any = true;
            static_cast<void>(one->send(signal));
        }
    }
    return any;
}

bool end_marked(const std::string &folder) {
    const std::string mark = fmt::format("{}={}", janitor_mark, folder);
    const Nanos begun = monotonic_now();
    while (signal_marked(mark, monotonic_now() - begun < until_kill ? SIGTERM : SIGKILL)) {
        if (monotonic_now() - begun > until_given_up)
            return false;
        std::this_thread::sleep_for(between_scans);
    }
    return true;
}

/// Builds make folders that their owner may not change, too.
void open_up(const fs::path &folder) {
    std::error_code ignored;
    fs::permissions(folder, fs::perms::owner_all, fs::perm_options::add | fs::perm_options::nofollow,
                    ignored);
    for (const fs::directory_entry &entry : fs::directory_iterator(folder, ignored))
        if (entry.is_directory(ignored) && !entry.is_symlink(ignored))
            open_up(entry.path());
}

bool remove_folder(const std::string &folder) {
    std::error_code failed;
    fs::remove_all(folder, failed);
    if (!failed)
        return true;
    open_up(folder);
    fs::remove_all(folder, failed);
    return !failed;
}

/// Whom the folder belongs to removes it: what lies there could lead root astray.
bool remove_as(const std::optional<session::Identity> &user, const std::string &folder) {
    const pid_t pid = ::fork();
    if (pid == 0)
        ::_exit((!user || session::assume(*user) == 0) && remove_folder(folder) ? 0 : 1);
    int status = 1;
    while (pid > 0 && ::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return pid > 0 && status == 0;
}

[[noreturn]] void clean(const std::optional<session::Identity> &user, const std::string &folder, int life,
                        int done) {
    // A session of its own, and deaf: what ends its maker must not end it.
    ::setsid();
    sigset_t all;
    sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    ::prctl(PR_SET_NAME, "janitor");
    close_all_but({life, done});
    if (::chdir("/")) {
        // it stays where it is, which is not in the folder
    }
    char byte = 0;
    while (::read(life, &byte, 1) < 0 && errno == EINTR) {
    }
    const bool ended = end_marked(folder);
    if (remove_as(user, folder) && ended) [[maybe_unused]]
        const ssize_t told = ::write(done, "+", 1);
    ::_exit(0);
}

/// Not a child of ours: all children that are no runs are taken for what runs have left.
Result<void> fork_orphan(const std::optional<session::Identity> &user, const std::string &folder, int life,
                         int done) {
    const pid_t pid = ::fork();
    if (pid < 0)
        return errno_error("fork", errno);
    if (pid == 0) {
        const pid_t orphan = ::fork();
        if (orphan == 0)
            clean(user, folder, life, done);
        ::_exit(orphan < 0 ? 1 : 0);
    }
    int status = 1;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status == 0 ? Result<void>() : errno_error("fork", EAGAIN);
}

Result<std::string> make_temporary(const std::optional<session::Identity> &user) {
    const session::AsUser as_user(user);
    if (!as_user.ok())
        return errno_error("becoming the user that the command runs as", errno);
    return session::make_temporary_folder("unwedge-runs-XXXXXX");
}

} // namespace

Result<Janitor> Janitor::start(const std::optional<session::Identity> &user) {
    Result<Pipe> life = make_pipe();
    if (!life)
        return life.error();
    Result<Pipe> done = make_pipe();
    if (!done)
        return done.error();
    Result<std::string> folder = make_temporary(user);
    if (!folder)
        return folder.error();
    if (const Result<void> forked = fork_orphan(user, *folder, life->read.get(), done->write.get()); !forked)
        return forked.error();
    return Janitor(*std::move(folder), std::move(life->write), std::move(done->read));
}

Result<void> Janitor::finish() {
    life_.reset();
    char byte = 0;
    ssize_t got = 0;
    while ((got = ::read(done_.get(), &byte, 1)) < 0 && errno == EINTR) {
    }
    return got == 1 ? Result<void>() : Error{fmt::format("something is left in {}", folder_)};
}

} // namespace unwedge::gate
