// SPDX-License-Identifier: GPL-2.0-only
#include "reap/reap.h"

#include "procfs/command_line.h"
#include "procfs/family.h"
#include "procfs/own_proc.h"
#include "reap/prey.h"
#include "util/descriptor_limit.h"
#include "util/hurry.h"
#include "util/log.h"
#include "util/units.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

namespace unwedge::reap {
namespace {

using namespace std::chrono_literals;

/// Between two looks for processes that were forked meanwhile.
constexpr Nanos look_interval = 50ms;
/// What SIGKILL does not end by then is stuck in the kernel.
constexpr Nanos end_of_patience = 5s;
constexpr Nanos kill_again_after = 500ms;
/// One that sleeps uninterruptibly stops when it wakes; it is not waited for.
constexpr Nanos longest_freeze = 1s;

/// Who reads this may have gone; that stops nobody here.
void say(const std::string &line) {
    std::fputs((line + '\n').c_str(), stdout);
    std::fflush(stdout);
}

std::string shown(const Prey &prey) {
    return fmt::format("{} {}", prey.pid(), prey.title());
}

/// As long as it lives nobody ends this process, except by SIGKILL: it has stopped others.
class Undisturbed {
  public:
    Undisturbed() {
        sigset_t ends{};
        ::sigemptyset(&ends);
        for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP})
            ::sigaddset(&ends, signal);
        ::sigprocmask(SIG_BLOCK, &ends, &before_);
    }
    Undisturbed(const Undisturbed &) = delete;
    Undisturbed &operator=(const Undisturbed &) = delete;
    ~Undisturbed() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

  private:
    sigset_t before_{};
};

class Reaper {
  public:
    Reaper(const Options &options, procfs::Proc proc, procfs::Family family)
        : options_(options), proc_(std::move(proc)), family_(std::move(family)) {}

    /// Everybody there is to end, so far.
    Result<void> look();
    std::size_t count() const { return hunted_.size(); }
    void announce() const;
    /// Ends them all; returns the exit status.
    int end();

  private:
    struct Hunted {
        Prey prey;
        int depth = 0;
        bool asked = false; ///< by SIGTERM
        bool killed = false;
        bool ended = false;
        std::optional<Error> refused;

        bool is_left() const { return !ended && !refused; }
    };

    void send_all(int signal);
    Result<void> freeze();
    Result<void> ask();
    Result<void> kill();
    Result<void> wait_until(Nanos deadline);
    bool any_left() const;
    void note_ended();
    int result() const;

    const Options &options_;
    procfs::Proc proc_;
    procfs::Family family_;
    std::vector<Hunted> hunted_; ///< children before their parents
    bool all_stand_ = false;     ///< at the last look nobody was new, and nobody could run
    Nanos begin_ = monotonic_now();
};

Result<void> Reaper::look() {
    const Result<procfs::ProcessTable> table = procfs::read_processes(proc_);
    if (!table)
        return table.error();
    family_.grow(*table);
    all_stand_ = true;
    for (const procfs::Pid pid : family_.living(*table)) {
        const procfs::Stat &stat = table->at(pid);
        const auto is_it = [pid](const Hunted &one) { return one.prey.pid() == pid && !one.ended; };
        const auto known = std::ranges::find_if(hunted_, is_it);
        if (known != hunted_.end()) {
            all_stand_ = all_stand_ && (known->refused || stat.state == 'T' || stat.state == 't');
            continue;
        }
        all_stand_ = false;
        Result<Prey> prey = Prey::of(pid, stat, proc_);
        if (prey)
            hunted_.push_back({.prey = *std::move(prey), .depth = family_.depth(pid)});
        else if (prey.error().code != ESRCH)
            return prey.error();
    }
    std::ranges::stable_sort(hunted_, std::ranges::greater(), &Hunted::depth);
    return {};
}

void Reaper::announce() const {
    for (const Hunted &hunted : hunted_)
        say("would end " + shown(hunted.prey));
}

void Reaper::send_all(int signal) {
    for (Hunted &hunted : hunted_) {
        if (!hunted.is_left())
            continue;
        hunted.asked = hunted.asked || signal == SIGTERM;
        hunted.killed = hunted.killed || signal == SIGKILL;
        if (const Result<void> done = hunted.prey.send(signal); !done && done.error().code != ESRCH)
            hunted.refused = done.error();
    }
}

/// Stops everybody, until a look finds nobody new and nobody who could run: else what forks faster than it is
/// signalled, and ends before it is looked for, leaves children that nobody knows.
Result<void> Reaper::freeze() {
    const Nanos until = monotonic_now() + longest_freeze;
    do {
        send_all(SIGSTOP);
        if (Result<void> done = look(); !done)
            return done;
    } while (!all_stand_ && monotonic_now() < until);
    return {};
}

Result<void> Reaper::ask() {
    const Undisturbed undisturbed;
    Result<void> frozen = freeze();
    send_all(SIGTERM);
    send_all(SIGCONT); // a stopped process acts on no signal but SIGKILL
    return frozen;
}

Result<void> Reaper::kill() {
    const Undisturbed undisturbed;
    Result<void> frozen = freeze();
    send_all(SIGKILL);
    return frozen;
}

bool Reaper::any_left() const {
    return std::ranges::any_of(hunted_, &Hunted::is_left);
}

void Reaper::note_ended() {
    for (Hunted &hunted : hunted_) {
        if (hunted.ended || !hunted.prey.has_ended())
            continue;
        hunted.ended = true;
        // Who was forked after that was not asked.
        const char *by = hunted.killed ? "SIGKILL" : hunted.asked ? "SIGTERM" : "itself";
        say(fmt::format("ended {} by {} after {}", shown(hunted.prey), by,
                        duration_text(monotonic_now() - begin_)));
    }
}

/// Until all have ended, those included that were forked meanwhile.
Result<void> Reaper::wait_until(Nanos deadline) {
    note_ended();
    while (any_left() && monotonic_now() < deadline) {
        std::vector<pollfd> fds;
        for (const Hunted &hunted : hunted_)
            if (hunted.is_left())
                fds.push_back({hunted.prey.pidfd().get(), POLLIN, 0});
        const Nanos left = std::clamp(deadline - monotonic_now(), Nanos{}, look_interval);
        const timespec timeout{.tv_sec = 0, .tv_nsec = static_cast<long>(left.count())};
        ::ppoll(fds.data(), fds.size(), &timeout, nullptr);
        if (Result<void> done = look(); !done)
            return done;
        note_ended();
    }
    return {};
}

int Reaper::end() {
    Result<void> done = ask();
    if (done)
        done = wait_until(begin_ + options_.kill_after);
    const Nanos give_up_at = std::max(monotonic_now(), begin_ + options_.kill_after) + end_of_patience;
    // Again, should somebody have slipped through.
    while (done && any_left() && monotonic_now() < give_up_at) {
        done = kill();
        if (done)
            done = wait_until(std::min(give_up_at, monotonic_now() + kill_again_after));
    }
    if (!done)
        spdlog::error("{}", done.error().message);
    return done ? result() : 1;
}

int Reaper::result() const {
    int status = 0;
    for (const Hunted &hunted : hunted_) {
        if (hunted.ended)
            continue;
        spdlog::error("{} has not ended: {}", shown(hunted.prey),
                      hunted.refused ? hunted.refused->message
                                     : "SIGKILL did not end it, so it is stuck in the kernel");
        status = 1;
    }
    return status;
}

int fail(const std::string &message) {
    spdlog::error("{}", message);
    return 1;
}

} // namespace

int reap(const Options &options) {
    raise_descriptor_limit(); // one for each process is kept
    const Hurry hurry;
    ::signal(SIGPIPE, SIG_IGN); // who reads what ended may end itself
    Result<procfs::Proc> proc = procfs::own_proc();
    if (!proc)
        return fail(proc.error().message);
    const Result<procfs::ProcessTable> table = procfs::read_processes(*proc);
    if (!table)
        return fail(table.error().message);
    const std::set<procfs::Pid> spared = procfs::protected_from(::getpid(), *table);
    procfs::Family family(spared);
    for (const procfs::Pid pid : options.pids) {
        if (spared.contains(pid))
            return fail(
                fmt::format("{} is refused: it is unwedge itself, one of its ancestors, or pid 1", pid));
        if (!table->contains(pid))
            spdlog::warn("there is no process {}", pid);
        family.add(pid, *table);
    }
    if (options.match)
        for (const procfs::Pid pid : procfs::matching(*options.match, *table, *proc))
            family.add(pid, *table);

    Reaper reaper(options, std::move(*proc), std::move(family));
    if (const Result<void> done = reaper.look(); !done)
        return fail(done.error().message);
    if (reaper.count() == 0) {
        say("nothing to end");
        return 0;
    }
    if (options.dry_run) {
        reaper.announce();
        return 0;
    }
    if (options.match && reaper.count() > options.max && !options.yes)
        return fail(
            fmt::format("--match would end {} processes, more than --max {}: see --dry-run, then say --yes",
                        reaper.count(), options.max));
    return reaper.end();
}

} // namespace unwedge::reap
