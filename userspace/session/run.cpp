// SPDX-License-Identifier: GPL-2.0-only
#include "session/run.h"

#include "kernel/hook_plan.h"
#include "kernel/privilege.h"
#include "report/cast.h"
#include "report/json.h"
#include "report/text.h"
#include "session/child.h"
#include "session/console.h"
#include "session/host.h"
#include "session/json_file.h"
#include "session/killer.h"
#include "session/profile_file.h"
#include "session/signals.h"
#include "util/log.h"
#include "util/units.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <set>
#include <utility>

namespace unwedge::session {
namespace {

using namespace std::chrono_literals;

/// After SIGKILL: how long the kernel is given to end the processes.
constexpr Nanos end_of_patience = 3s;
/// At the timeout: two looks this far apart make a verdict; an earlier look within the second span counts.
constexpr Nanos between_last_looks = 450ms;
constexpr Nanos recent_look = 1500ms;

/// Where a run stands; it only ever goes forward.
enum class Phase {
    running,
    collecting,  ///< past the timeout, between the two last looks
    terminating, ///< SIGTERM sent
    killing      ///< SIGKILL sent
};

/// A process holds its ports and memory for a while after its end was told: until it can be reaped, and
/// orphans of the tree are ours to reap.
bool has_children() {
    siginfo_t unused{};
    return ::waitid(P_ALL, 0, &unused, WEXITED | WNOHANG | WNOWAIT) == 0;
}

class Session {
  public:
    Session(const RunOptions &options, Child child, Signals signals, std::optional<JsonFile> json,
            kernel::Tracer tracer, const kernel::HookPlan &plan, profiles::Profiles profiles);

    Result<void> start();
    /// Until the command has ended. Returns the exit status.
    int watch();

  private:
    bool is_over() const;
    void wait_for_work() const;
    void handle_signals();
    void forward(const signalfd_siginfo &signal);
    void reap();
    void tick();
    void take_step(Nanos now);
    void begin_collecting(Nanos now);
    void terminate(Nanos now);
    void begin_killing(Nanos now);
    std::optional<Look> look(bool last);
    void take(Look look);
    bool tell_news(const Look &look);
    void tell_timeout(const Look &look);
    void give_up_tracing(const Error &error);
    void finish();
    report::Context context(Look look) const;
    void tell(std::string_view text) const;
    void tell_status(std::string_view text) const;

    const RunOptions &options_;
    Child child_;
    Signals signals_;
    std::optional<JsonFile> json_;
    Watcher watcher_;
    std::map<std::string, std::string> hooks_;
    std::optional<Look> final_; ///< of the timeout, or the latest
    std::set<facts::Pid> told_;
    std::size_t told_closed_ = 0;
    std::optional<int> status_; ///< of the command, once it has ended
    bool timed_out_ = false;
    bool tracing_ = true;
    Phase phase_ = Phase::running;
    std::optional<Nanos> next_step_; ///< when the phase changes
};

bool stands(const diagnosis::Verdict &verdict) {
    return verdict.role == diagnosis::Role::culprit && verdict.state == diagnosis::State::confirmed &&
           verdict.confidence != diagnosis::Confidence::inconclusive;
}

std::map<std::string, std::string> mechanisms(const kernel::HookPlan &plan, kernel::Level level) {
    std::map<std::string, std::string> hooks{{"arrival", "off"}};
    for (const kernel::HookChoice &choice : plan.choices)
        hooks[std::string(name(choice.hook))] = choice.mechanism();
    if (level == kernel::Level::sample) {
        hooks["receive"] = hooks["send"] = "off";
        hooks["park"] = plan.of(kernel::Hook::park).works() ? "sampled" : "off";
    }
    return hooks;
}

Session::Session(const RunOptions &options, Child child, Signals signals, std::optional<JsonFile> json,
                 kernel::Tracer tracer, const kernel::HookPlan &plan, profiles::Profiles profiles)
    : options_(options), child_(std::move(child)), signals_(std::move(signals)), json_(std::move(json)),
      watcher_(std::move(tracer), options.watch, std::move(profiles)),
      hooks_(mechanisms(plan, options.watch.level)) {}

Result<void> Session::start() {
    if (Result<void> done = watcher_.tracer().adopt(child_.pidfd()); !done)
        return done;
    watcher_.tree().plant(child_.pid(), options_.argv, ::getpid(), monotonic_now());
    if (options_.timeout)
        next_step_ = monotonic_now() + *options_.timeout;
    return child_.release();
}

bool Session::is_over() const {
    if (phase_ == Phase::killing && next_step_ && monotonic_now() >= *next_step_)
        return true;
    // The events say who lives: a process that forks and exits is gone when looked for, but its child is not.
    return status_ && (phase_ < Phase::terminating || (watcher_.tree().living().empty() && !has_children()));
}

void Session::wait_for_work() const {
    std::array<pollfd, 2> fds{{{signals_.fd().get(), POLLIN, 0}, {watcher_.tracer().events_fd(), POLLIN, 0}}};
    Nanos until = tracing_ ? watcher_.next_tick() : Nanos::max();
    if (next_step_)
        until = std::min(until, *next_step_);
    const Nanos left = std::max(until - monotonic_now(), Nanos{});
    const timespec timeout{.tv_sec = static_cast<time_t>(left / 1s),
                           .tv_nsec = static_cast<long>((left % 1s).count())};
    ::ppoll(fds.data(), fds.size(), &timeout, nullptr);
}

/// A signal from the terminal has reached the command as well, and one that the tree itself sent (`kill 0`)
/// was not meant for it; any other was.
void Session::forward(const signalfd_siginfo &signal) {
    watcher_.drain_events();
    const bool from_tree = watcher_.tree().members().contains(static_cast<facts::Pid>(signal.ssi_pid));
    if (signal.ssi_code != SI_KERNEL && !from_tree && !status_)
        ::kill(child_.pid(), static_cast<int>(signal.ssi_signo));
}

void Session::reap() {
    int status = 0;
    for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;)
        if (pid == child_.pid())
            status_ = status;
}

void Session::handle_signals() {
    bool child_changed = false;
    signals_.drain([&](const signalfd_siginfo &signal) {
        if (signal.ssi_signo == SIGCHLD)
            child_changed = true;
        else
            forward(signal);
    });
    if (child_changed)
        reap();
}

void Session::tell(std::string_view text) const {
    if (!options_.quiet)
        write_stderr(text);
}

void Session::tell_status(std::string_view text) const {
    tell(report::status_text(text, stderr_style()));
}

void Session::give_up_tracing(const Error &error) {
    spdlog::error("tracing stopped, the command goes on: {}", error.message);
    tracing_ = false;
}

std::optional<Look> Session::look(bool last) {
    Result<Look> taken = watcher_.look(last);
    if (taken)
        return std::move(*taken);
    give_up_tracing(taken.error());
    return std::nullopt;
}

/// A report as soon as a culprit stands that has not been told; a line when one recovered or ended.
bool Session::tell_news(const Look &look) {
    bool news = false;
    std::size_t closed = 0;
    for (const diagnosis::Verdict &verdict : look.diagnosis.verdicts) {
        if (stands(verdict))
            news = told_.insert(verdict.pid).second || news;
        else if (verdict.state != diagnosis::State::confirmed && ++closed > told_closed_) {
            told_.erase(verdict.pid);
            tell_status(fmt::format("{} {} after {} ({})", report::who(look.snapshot, verdict.pid),
                                    name(verdict.state), duration_text(verdict.until - verdict.since),
                                    name(verdict.kind)));
        }
    }
    told_closed_ = std::max(told_closed_, closed);
    if (news)
        tell(report::to_text(context(look), stderr_style()));
    return news;
}

/// What has been told in full stands above; else a timeout without a wedge shows the tree as it was.
void Session::tell_timeout(const Look &look) {
    if (tell_news(look))
        return;
    const report::Context all = context(look);
    if (told_.empty())
        tell(report::to_text(all, stderr_style()));
    else
        tell_status(fmt::format("still wedged: {}", report::summary(all)));
}

void Session::take(Look look) {
    tell_news(look);
    final_ = std::move(look);
}

void Session::tick() {
    Result<std::optional<Look>> taken = watcher_.tick(monotonic_now());
    if (!taken)
        return give_up_tracing(taken.error());
    // What the timeout showed is kept: later looks see a tree that is being ended.
    if (std::optional<Look> look = std::move(*taken); look && phase_ < Phase::terminating)
        take(std::move(*look));
}

void Session::begin_collecting(Nanos now) {
    phase_ = Phase::collecting;
    next_step_ = now;
    const std::optional<Nanos> earlier = watcher_.last_look();
    if (earlier && now - *earlier <= recent_look) {
        next_step_ = std::max(now, *earlier + between_last_looks);
    } else if (std::optional<Look> first = tracing_ ? look(false) : std::nullopt) {
        next_step_ = now + between_last_looks;
        take(std::move(*first));
    }
}

void Session::terminate(Nanos now) {
    timed_out_ = true;
    if (std::optional<Look> last = tracing_ ? look(true) : std::nullopt) {
        tell_timeout(*last);
        final_ = std::move(last);
    }
    tell_status(fmt::format("timed out after {}: ending the tree with SIGTERM, after {} more with SIGKILL",
                            duration_text(options_.timeout.value_or(Nanos{})),
                            duration_text(options_.kill_after)));
    phase_ = Phase::terminating;
    next_step_ = now + options_.kill_after;
    signal_tree(watcher_.tree(), watcher_.tracer(), SIGTERM);
}

void Session::begin_killing(Nanos now) {
    phase_ = Phase::killing;
    next_step_ = now + end_of_patience;
}

void Session::take_step(Nanos now) {
    switch (phase_) {
    case Phase::running: return begin_collecting(now);
    case Phase::collecting: return terminate(now);
    case Phase::terminating: return begin_killing(now);
    case Phase::killing: return;
    }
}

report::Context Session::context(Look look) const {
    const Host host = this_host();
    report::Command command{.argv = options_.argv, .timed_out = timed_out_};
    if (status_ && WIFEXITED(*status_))
        command.exit_code = WEXITSTATUS(*status_);
    else if (status_)
        command.exit_signal = WTERMSIG(*status_);
    return {.at = wall_clock_now(),
            .host = host.name,
            .kernel = host.kernel,
            .tier = "bpf",
            .level = options_.watch.level == kernel::Level::sample ? "sample" : "trace",
            .hooks = hooks_,
            .command = std::move(command),
            .snapshot = std::move(look.snapshot),
            .diagnosis = std::move(look.diagnosis)};
}

void Session::finish() {
    if (!timed_out_ && tracing_) {
        watcher_.drain_events();
        // Not a last look: patience has not run out because the command has ended.
        if (std::optional<Look> ended = look(false)) {
            ended->diagnosis.verdicts = watcher_.finish(ended->snapshot.at).verdicts;
            take(std::move(*ended));
        }
    }
    if (!json_)
        return;
    const std::string text = report::to_json(context(final_.value_or(Look{})));
    if (Result<void> done = json_->write(text); !done)
        spdlog::error("{}", done.error().message);
}

int Session::watch() {
    while (!is_over()) {
        wait_for_work();
        handle_signals();
        const Nanos now = monotonic_now();
        if (next_step_ && now >= *next_step_)
            take_step(now);
        watcher_.drain_events();
        // Each time: what forks while it is being killed has a child that is met the next time.
        if (phase_ == Phase::killing)
            signal_tree(watcher_.tree(), watcher_.tracer(), SIGKILL);
        if (tracing_)
            tick();
    }
    finish();
    if (timed_out_)
        return exit_hang;
    const int status = status_.value_or(0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : exit_signal_base + WTERMSIG(status);
}

int fail(const Error &error, int status = exit_failed) {
    spdlog::error("{}", report::printable(error.message));
    return status;
}

/// Why the command could not be started, as env(1) tells it.
int not_started(const Error &error, const std::string &program) {
    const int status = error.code == ENOENT ? exit_not_found : exit_not_executable;
    return fail({fmt::format("'{}': {}", program, error.message), error.code}, status);
}

void log_plan(const kernel::HookPlan &plan) {
    for (const kernel::HookChoice &choice : plan.choices)
        spdlog::info("hook {}: {}", name(choice.hook), choice.mechanism());
}

Result<kernel::Tracer> start_tracer(const kernel::HookPlan &plan, const WatchSettings &watch) {
    constexpr int sweeps_that_may_fail_to_come = 10;
    return kernel::Tracer::start(
        plan, {.level = watch.level,
               .stall_after = watch.policy.stall_after,
               .sweep_gap = std::max(Nanos(2s), sweeps_that_may_fail_to_come * watch.every)});
}

} // namespace

int run(const RunOptions &options) {
    log_to_stderr(options.verbose);
    Result<std::optional<Identity>> identity = command_identity(options.user);
    if (!identity)
        return fail(identity.error());
    Result<profiles::Profiles> profiles = load_profiles(options.profiles, *identity);
    if (!profiles)
        return fail(profiles.error());
    if (Result<void> able = kernel::require_capabilities(); !able)
        return fail(able.error());
    std::optional<JsonFile> json;
    if (options.json) {
        Result<JsonFile> opened = JsonFile::open(*options.json, *identity);
        if (!opened)
            return fail(opened.error());
        json = std::move(*opened);
    }
    Result<Signals> signals = Signals::take();
    if (!signals)
        return fail(signals.error());
    Result<kernel::HookPlan> plan = kernel::probe_hooks(options.hooks);
    if (!plan)
        return fail(plan.error());
    log_plan(*plan);
    Result<kernel::Tracer> tracer = start_tracer(*plan, options.watch);
    if (!tracer)
        return fail(tracer.error());
    // Orphans of the tree stay below us: they are seen, reaped, and ended with the rest.
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    Result<Child> child = Child::fork(options.argv, *identity, *signals);
    if (!child)
        return fail(child.error());
    Session session(options, std::move(*child), std::move(*signals), std::move(json), std::move(*tracer),
                    *plan, *std::move(profiles));
    if (Result<void> started = session.start(); !started)
        return not_started(started.error(), options.argv.front());
    return session.watch();
}

} // namespace unwedge::session
