// SPDX-License-Identifier: GPL-2.0-only
#include "session/run.h"

#include "report/json.h"
#include "report/text.h"
#include "session/child.h"
#include "session/console.h"
#include "session/equipment.h"
#include "session/exit_status.h"
#include "session/expectations.h"
#include "session/killer.h"
#include "session/output_tap.h"
#include "session/provocations.h"
#include "session/report_context.h"
#include "session/responder.h"
#include "session/teller.h"
#include "session/waiting.h"
#include "util/hurry.h"
#include "util/log.h"
#include "util/units.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <memory>
#include <utility>

namespace unwedge::session {
namespace {

using namespace std::chrono_literals;

/// At the timeout: two looks this far apart make a verdict; an earlier look within the second span counts.
constexpr Nanos between_last_looks = 450ms;
constexpr Nanos recent_look = 1500ms;
/// What has left the command behind may hold its streams for ever.
constexpr Nanos after_the_last_word = 300ms;

/// Where a run stands; it only ever goes forward.
enum class Phase {
    running,
    collecting,  ///< past the timeout, between the two last looks
    condemned,   ///< the tree will be ended as soon as the program of --on-wedge has ended
    terminating, ///< SIGTERM sent
    killing      ///< SIGKILL sent
};

/// A process holds its ports and memory for a while after its end was told: until it can be reaped, and
/// orphans of the tree are ours to reap.
bool has_children(idtype_t which = P_ALL, facts::Pid pid = 0) {
    siginfo_t unused{};
    return ::waitid(which, static_cast<id_t>(pid), &unused, WEXITED | WNOHANG | WNOWAIT) == 0;
}

/// A child that has ended and is not reaped yet; 0 if there is none.
facts::Pid ended_child() {
    siginfo_t ended{};
    return ::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 ? ended.si_pid : 0;
}

class Session {
  public:
    Session(const RunOptions &options, std::vector<expect::Expectation> expected, Child child,
            OutputTap output, Provocations provocations, Equipment equipment);

    /// Watches the command, which does not run yet.
    Result<void> start();
    Result<void> release();
    /// Until the command has ended. Returns the exit status.
    int watch();

  private:
    void begin_provoking();
    bool is_over() const;
    bool has_unreaped() const;
    void wait_for_work() const;
    void handle_signals();
    void take(const signalfd_siginfo &signal);
    void read_out();
    void reap();
    void tick();
    void take_step(Nanos now);
    void begin_collecting(Nanos now);
    void time_out(Nanos now);
    void condemn(std::string why, Nanos now);
    void terminate(Nanos now);
    void begin_killing(Nanos now);
    std::optional<Look> taken_or_none(Result<Look> taken);
    std::optional<Look> look_in_a_hurry(diagnosis::Outlook outlook);
    void take(Look look);
    bool tell_news(const Look &look);
    void run_hook(const Look &look);
    void give_up_tracing(const Error &error);
    void finish();
    void await_leftovers();
    void judge(bool looked_at_the_end);
    void await_hook();
    int exit_status() const;
    report::Command command() const;
    report::Context context(Look look) const;

    const RunOptions &options_;
    Child child_;
    OutputTap output_;
    Signals signals_;
    std::optional<OutputFile> json_;
    std::unique_ptr<Recorder> recorder_; ///< outlives the watcher, which tells it all,
    Expectations expectations_;          ///< and so do these
    std::unique_ptr<Watcher> watcher_;
    Provocations provocations_; ///< asks the watcher to its end
    Teller teller_;
    Responder responder_;
    std::optional<Look> final_; ///< of the timeout or what the tree was ended for, or the latest
    std::optional<int> status_; ///< of the command, once it has ended
    Nanos ended_{};             ///< when that was, CLOCK_MONOTONIC
    bool timed_out_ = false;
    bool tracing_ = true;
    Phase phase_ = Phase::running;
    std::optional<Nanos> next_step_; ///< when the phase changes
    std::string condemned_for_;
};

Session::Session(const RunOptions &options, std::vector<expect::Expectation> expected, Child child,
                 OutputTap output, Provocations provocations, Equipment equipment)
    : options_(options), child_(std::move(child)), output_(std::move(output)),
      signals_(std::move(equipment.signals)), json_(std::move(equipment.json)),
      recorder_(std::move(equipment.recorder)),
      expectations_(std::move(expected), equipment.watcher->means()), watcher_(std::move(equipment.watcher)),
      provocations_(std::move(provocations)), teller_(options.quiet),
      responder_(options.on_wedge, std::move(equipment.hook_program), options.grace, teller_) {
    if (expectations_.exist())
        watcher_->tell(expectations_);
}

Result<void> Session::start() {
    if (Result<void> done = watcher_->adopt(child_.pidfd(), child_.pid()); !done)
        return done;
    if (const std::optional<facts::Pid> relay = output_.relay())
        watcher_->spare(*relay);
    begin_provoking();
    const Nanos now = monotonic_now();
    watcher_->tree().plant(child_.pid(), options_.argv, ::getpid(), now);
    recorder_->saw(
        facts::Event(facts::Forked{.at = now, .parent = ::getpid(), .child = child_.pid(), .comm = ""}));
    if (options_.timeout)
        next_step_ = monotonic_now() + *options_.timeout;
    return {};
}

void Session::begin_provoking() {
    const std::optional<pid_t> helper = provocations_.helper();
    if (!helper || !options_.provoke)
        return;
    watcher_->spare(*helper);
    watcher_->excuse([this](facts::Pid pid, Nanos since) { return provocations_.held(pid, since); });
    provocations_.pin(child_.pid());
    const report::Provoked provoked = provoked_by(*options_.provoke);
    teller_.status(fmt::format("provoking with {}; --seed {} repeats it", provoked.spec, provoked.seed));
}

Result<void> Session::release() {
    expectations_.begin(child_.pid(), options_.argv, monotonic_now());
    return child_.release();
}

bool Session::is_over() const {
    if (phase_ == Phase::killing && next_step_ && monotonic_now() >= *next_step_)
        return true;
    // The events say who lives: a process that forks and exits is gone when looked for, but its child is not.
    return status_ && (phase_ < Phase::terminating || (watcher_->tree().living().empty() && !has_unreaped()));
}

/// What the program of --on-wedge has left running in the background may be our child, too, but is not waited
/// for.
bool Session::has_unreaped() const {
    if (!responder_.hook().was_started())
        return has_children();
    return std::ranges::any_of(watcher_->tree().members(), [](const auto &member) {
        return member.second.exited && has_children(P_PID, member.first);
    });
}

void Session::wait_for_work() const {
    Nanos until = tracing_ ? watcher_->next_tick() : Nanos::max();
    for (const std::optional<Nanos> due : {next_step_, responder_.hook().deadline()})
        until = std::min(until, due.value_or(until));
    // Who sees no forks must look for them while the tree is being ended.
    if (phase_ >= Phase::terminating && watcher_->events_fd() < 0)
        until = std::min(until, monotonic_now() + between_scans);
    if (provocations_.helper())
        until = std::min(until, monotonic_now() + Provocations::pace);
    wait_for_news(signals_.fd().get(), *watcher_, until);
}

/// A signal from the terminal has reached the command as well, and one that the tree itself sent (`kill 0`)
/// was not meant for it; any other was, but for SIGUSR1 if there is something to record.
void Session::take(const signalfd_siginfo &signal) {
    watcher_->drain_events();
    const bool from_tree = watcher_->tree().members().contains(static_cast<facts::Pid>(signal.ssi_pid));
    if (signal.ssi_signo == SIGUSR1 && recorder_->records()) {
        if (!from_tree)
            read_out();
        return;
    }
    if (signal.ssi_code != SI_KERNEL && !from_tree && !status_)
        ::kill(child_.pid(), static_cast<int>(signal.ssi_signo));
    // Only the program of --on-wedge is waited for then, and whoever sent this does not want to.
    if (status_ && phase_ < Phase::terminating)
        responder_.hook().end();
}

void Session::reap() {
    while (const facts::Pid pid = ended_child()) {
        if (pid == responder_.hook().pid()) {
            responder_.reap_hook();
            continue;
        }
        int status = 0;
        ::waitpid(pid, &status, 0);
        if (pid == child_.pid()) {
            status_ = status;
            ended_ = monotonic_now();
        }
    }
}

void Session::handle_signals() {
    std::vector<signalfd_siginfo> others;
    bool child_changed = false;
    signals_.drain([&](const signalfd_siginfo &signal) {
        if (signal.ssi_signo == SIGCHLD)
            child_changed = true;
        else
            others.push_back(signal);
    });
    // First: the others are for a command that lives.
    if (child_changed)
        reap();
    std::ranges::for_each(others, [this](const signalfd_siginfo &signal) { take(signal); });
}

void Session::give_up_tracing(const Error &error) {
    spdlog::error("tracing stopped, the command goes on: {}", error.message);
    tracing_ = false;
}

std::optional<Look> Session::taken_or_none(Result<Look> taken) {
    if (taken)
        return std::move(*taken);
    if (!is_shortage(taken.error()))
        give_up_tracing(taken.error());
    return std::nullopt;
}

/// Of a tree whose time is up.
std::optional<Look> Session::look_in_a_hurry(diagnosis::Outlook outlook) {
    const Hurry hurry;
    return taken_or_none(watcher_->look(outlook));
}

/// A report as soon as a culprit stands that has not been told; a line when one recovered or ended.
bool Session::tell_news(const Look &look) {
    const bool news = teller_.take_news(look);
    if (news) {
        provocations_.end(); // what it was for has come, and stands for who wants to look at it
        teller_.report(context(look));
        recorder_->tell_histories(*watcher_);
    }
    return news;
}

void Session::run_hook(const Look &look) {
    if (responder_.wants_hook(look.diagnosis))
        responder_.run_hook(context(look), child_.pid(), *watcher_);
}

void Session::take(Look look) {
    tell_news(look);
    run_hook(look);
    const Nanos now = monotonic_now();
    if (phase_ == Phase::running && responder_.kill_is_due(look.diagnosis, now))
        condemn(fmt::format("still wedged after {}", duration_text(options_.grace)), now);
    // A look at thousands takes megabytes, and one that found nothing is of no use later.
    if (phase_ == Phase::running && look.diagnosis.verdicts.empty())
        final_.reset();
    else
        final_ = std::move(look);
}

/// As SIGUSR1 asks for.
void Session::read_out() {
    if (tracing_ && phase_ < Phase::condemned)
        if (std::optional<Look> look = taken_or_none(watcher_->look(diagnosis::Outlook::more_looks)))
            take(std::move(*look));
    recorder_->saw(output_.tails());
    session::read_out(*recorder_, *watcher_, teller_);
}

void Session::tick() {
    Result<std::optional<Look>> taken = watcher_->tick(monotonic_now());
    if (!taken)
        return give_up_tracing(taken.error());
    // What it was condemned for is kept: later looks see a tree that is being ended.
    if (std::optional<Look> look = std::move(*taken); look && phase_ < Phase::condemned)
        take(std::move(*look));
}

void Session::begin_collecting(Nanos now) {
    provocations_.end();
    phase_ = Phase::collecting;
    next_step_ = now;
    const std::optional<Nanos> earlier = watcher_->last_look();
    if (earlier && now - *earlier <= recent_look) {
        next_step_ = std::max(now, *earlier + between_last_looks);
    } else if (std::optional<Look> first =
                   tracing_ ? look_in_a_hurry(diagnosis::Outlook::more_looks) : std::nullopt) {
        next_step_ = now + between_last_looks;
        take(std::move(*first));
    }
}

void Session::time_out(Nanos now) {
    timed_out_ = true;
    recorder_->keep();
    if (std::optional<Look> last =
            tracing_ ? look_in_a_hurry(diagnosis::Outlook::time_is_up) : std::nullopt) {
        if (!tell_news(*last))
            teller_.timeout(context(*last));
        run_hook(*last);
        final_ = std::move(last);
    } else if (!final_) {
        teller_.timeout(context(watcher_->no_look()));
    }
    recorder_->tell_histories(*watcher_);
    condemn(fmt::format("timed out after {}", duration_text(options_.timeout.value_or(Nanos{}))), now);
}

/// The program of --on-wedge sees the tree alive, as long as it has time.
void Session::condemn(std::string why, Nanos now) {
    provocations_.end();
    recorder_->end_looks();
    condemned_for_ = std::move(why);
    phase_ = Phase::condemned;
    next_step_ = responder_.hook().deadline().value_or(now);
}

void Session::terminate(Nanos now) {
    teller_.status(ending_text(condemned_for_, options_.kill_after));
    phase_ = Phase::terminating;
    next_step_ = now + options_.kill_after;
    signal_tree(*watcher_, SIGTERM);
}

void Session::begin_killing(Nanos now) {
    phase_ = Phase::killing;
    next_step_ = now + end_of_patience;
}

void Session::take_step(Nanos now) {
    switch (phase_) {
    case Phase::running: return begin_collecting(now);
    case Phase::collecting: return time_out(now);
    case Phase::condemned: return terminate(now);
    case Phase::terminating: return begin_killing(now);
    case Phase::killing: return;
    }
}

report::Command Session::command() const {
    report::Command command{.argv = options_.argv, .timed_out = timed_out_};
    if (status_ && WIFEXITED(*status_))
        command.exit_code = WEXITSTATUS(*status_);
    else if (status_)
        command.exit_signal = WTERMSIG(*status_);
    return command;
}

report::Context Session::context(Look look) const {
    report::Context context = context_of(std::move(look), watcher_->means(), recorder_->begin());
    context.command = command();
    if (options_.provoke)
        context.provoked = provoked_by(*options_.provoke);
    context.expectations = expectations_.outcomes();
    return context;
}

/// Who was told to end with the command needs a moment.
void Session::await_leftovers() {
    const Nanos deadline = ended_ + expect::leftover_grace;
    while (!watcher_->tree().living().empty() && monotonic_now() < deadline) {
        wait_for_news(signals_.fd().get(), *watcher_, std::min(deadline, monotonic_now() + between_scans));
        handle_signals();
        watcher_->drain_events();
    }
    watcher_->count_anew();
}

void Session::judge(bool looked_at_the_end) {
    if (!expectations_.exist())
        return;
    watcher_->drain_events();
    const int status = status_.value_or(0);
    expect::Ending run{.at = status_ ? ended_ : monotonic_now(),
                       .status = exit_status(),
                       .by_unwedge = timed_out_ || phase_ >= Phase::terminating,
                       .watched = tracing_,
                       .left = watcher_->tree().living(),
                       .losses = watcher_->no_look().snapshot.losses,
                       .calls_of_others = watcher_->calls_of_others(),
                       .writings = watcher_->writings(),
                       .writes_missed = watcher_->writes_missed()};
    if (status_ && WIFSIGNALED(status))
        run.signal = WTERMSIG(status);
    if (looked_at_the_end && final_)
        run.look = final_->snapshot;
    expectations_.judge(run, teller_);
}

void Session::finish() {
    provocations_.end();
    output_.await_end(after_the_last_word);
    bool looked_at_the_end = false;
    if (phase_ < Phase::condemned && tracing_) {
        watcher_->drain_events();
        if (expectations_.are_about_the_end())
            await_leftovers();
        if (std::optional<Look> ended = taken_or_none(watcher_->look_at_the_end())) {
            tell_news(*ended);
            final_ = std::move(ended);
            looked_at_the_end = true;
        }
    }
    if (!final_)
        final_ = watcher_->no_look();
    judge(looked_at_the_end);
    teller_.losses(final_->snapshot);
    recorder_->saw(output_.tails());
    close_recording(*recorder_, *watcher_, command(), teller_);
    if (!json_)
        return;
    const std::string text = report::to_json(context(*final_));
    if (Result<void> done = json_->write(text); !done)
        spdlog::error("{}", done.error().message);
}

/// The command has ended, and the program of --on-wedge may still tell of it.
void Session::await_hook() {
    tracing_ = false;
    next_step_.reset();
    while (responder_.hook().is_running()) {
        wait_for_work();
        handle_signals();
        responder_.limit_hook(monotonic_now());
        watcher_->drain_events(); // nobody needs them, but they would wake us
    }
}

int Session::watch() {
    while (!is_over()) {
        wait_for_work();
        handle_signals();
        const Nanos now = monotonic_now();
        responder_.limit_hook(now);
        if (phase_ == Phase::condemned && !responder_.hook().is_running())
            next_step_ = now;
        watcher_->drain_events(); // before anybody is signalled: few events wake us
        if (next_step_ && now >= *next_step_)
            take_step(now);
        provocations_.follow(*watcher_);
        // Each time: what forks while it is being killed has a child that is met the next time.
        if (phase_ == Phase::killing)
            signal_tree(*watcher_, SIGKILL);
        if (tracing_)
            tick();
        if (recorder_->is_writing())
            recorder_->saw(output_.news(now));
        recorder_->commit();
    }
    finish();
    await_hook();
    return exit_status();
}

/// Before expectations are judged: as it would be without them.
int Session::exit_status() const {
    if (timed_out_ || phase_ >= Phase::terminating)
        return exit_hang;
    const int status = status_.value_or(0);
    return expectations_.exit_status(WIFEXITED(status) ? WEXITSTATUS(status)
                                                       : exit_signal_base + WTERMSIG(status));
}

/// Why the command could not be started, as env(1) tells it.
int not_started(const Error &error, const std::string &program) {
    const int status = error.code == ENOENT ? exit_not_found : exit_not_executable;
    return fail({fmt::format("'{}': {}", program, error.message), error.code}, status);
}

} // namespace

int run(RunOptions options) {
    log_to_stderr(options.verbose);
    Result<std::optional<Identity>> identity = command_identity(options.user);
    if (!identity)
        return fail(identity.error(), exit_failed);
    Result<std::vector<expect::Expectation>> expected =
        load_expectations(options.expected, *identity, options.watch);
    if (!expected)
        return fail(expected.error(), exit_failed);
    // First, while there is little that the relay would have a copy of.
    Result<OutputTap> output = options.record.records() ? OutputTap::open(*identity) : OutputTap();
    if (!output)
        return fail(output.error(), exit_failed);
    Result<Provocations> provocations =
        options.provoke ? Provocations::start(*options.provoke) : Provocations();
    if (!provocations)
        return fail(provocations.error(), exit_failed);
    Result<Equipment> equipment =
        equip(options, *identity, options.argv,
              options.provoke ? std::optional(provoked_by(*options.provoke)) : std::nullopt);
    if (!equipment)
        return fail(equipment.error(), exit_failed);
    // Orphans of the tree stay below us: they are seen, reaped, and ended with the rest.
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    Result<Child> child =
        Child::fork(options.argv, {.identity = *identity, .no_new_privs = options.no_new_privs},
                    equipment->signals, output->streams());
    if (!child)
        return fail(child.error(), exit_failed);
    output->hand_over();
    Session session(options, std::move(*expected), std::move(*child), std::move(*output),
                    std::move(*provocations), std::move(*equipment));
    if (Result<void> started = session.start(); !started)
        return fail(started.error(), exit_failed);
    if (Result<void> started = session.release(); !started)
        return not_started(started.error(), options.argv.front());
    return session.watch();
}

} // namespace unwedge::session
