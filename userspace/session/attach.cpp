// SPDX-License-Identifier: GPL-2.0-only
#include "session/attach.h"

#include "report/json.h"
#include "report/text.h"
#include "session/console.h"
#include "session/exit_status.h"
#include "session/host.h"
#include "session/identity.h"
#include "session/json_file.h"
#include "session/killer.h"
#include "session/profile_file.h"
#include "session/responder.h"
#include "session/signals.h"
#include "session/start_watching.h"
#include "session/teller.h"
#include "util/log.h"
#include "util/units.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <memory>
#include <utility>

namespace unwedge::session {
namespace {

using namespace std::chrono_literals;

class Attachment {
  public:
    Attachment(const AttachOptions &options, Signals signals, std::optional<JsonFile> json,
               std::unique_ptr<Watcher> watcher, std::string program)
        : options_(options), signals_(std::move(signals)), json_(std::move(json)),
          watcher_(std::move(watcher)), teller_(options.quiet),
          responder_(options.on_wedge, std::move(program), options.grace, teller_) {}

    /// Until the tree has ended, or somebody wants it to end. Returns the exit status.
    int watch();

  private:
    bool tree_has_ended() const { return watcher_->tree().living().empty(); }
    void wait_for_work() const;
    void handle_signals();
    Result<void> look(Nanos now);
    void take(Look look, Nanos now);
    void end_tree();
    int finish();
    report::Context context(Look look) const;

    const AttachOptions &options_;
    Signals signals_;
    std::optional<JsonFile> json_;
    std::unique_ptr<Watcher> watcher_;
    Teller teller_;
    Responder responder_;
    Nanos begin_ = monotonic_now();
    std::optional<Look> latest_;
    bool interrupted_ = false;
    bool kill_is_due_ = false;
};

void Attachment::wait_for_work() const {
    std::array<pollfd, 2> fds{{{signals_.fd().get(), POLLIN, 0}, {watcher_->events_fd(), POLLIN, 0}}};
    Nanos until = watcher_->next_tick();
    if (const std::optional<Nanos> deadline = responder_.hook().deadline())
        until = std::min(until, *deadline);
    const Nanos left = std::max(until - monotonic_now(), Nanos{});
    const timespec timeout{.tv_sec = static_cast<time_t>(left / 1s),
                           .tv_nsec = static_cast<long>((left % 1s).count())};
    ::ppoll(fds.data(), fds.size(), &timeout, nullptr);
}

void Attachment::handle_signals() {
    signals_.drain([this](const signalfd_siginfo &signal) {
        if (signal.ssi_signo != SIGCHLD)
            interrupted_ = true;
        else if (responder_.hook().is_running())
            responder_.reap_hook();
    });
}

void Attachment::take(Look look, Nanos now) {
    if (teller_.take_news(look))
        teller_.report(context(look));
    if (responder_.wants_hook(look.diagnosis)) {
        responder_.run_hook(context(look), options_.pid);
        if (const facts::Pid hook = responder_.hook().pid())
            watcher_->spare(hook);
    }
    kill_is_due_ = responder_.kill_is_due(look.diagnosis, now);
    latest_ = std::move(look);
}

Result<void> Attachment::look(Nanos now) {
    Result<std::optional<Look>> taken = watcher_->tick(now);
    if (!taken)
        return taken.error();
    if (std::optional<Look> seen = std::move(*taken))
        take(std::move(*seen), now);
    return {};
}

/// SIGTERM, then SIGKILL; whoever is not our child is awaited by looking.
void Attachment::end_tree() {
    teller_.status(
        fmt::format("still wedged after {}: ending the tree with SIGTERM, after {} more with SIGKILL",
                    duration_text(options_.grace), duration_text(options_.kill_after)));
    signal_tree(*watcher_, SIGTERM);
    const Nanos kill_at = monotonic_now() + options_.kill_after;
    for (Nanos now = monotonic_now(); now < kill_at + end_of_patience && !tree_has_ended();
         now = monotonic_now()) {
        if (now >= kill_at)
            signal_tree(*watcher_, SIGKILL);
        pollfd news{watcher_->events_fd(), POLLIN, 0};
        ::poll(&news, 1, static_cast<int>(between_scans / 1ms));
        watcher_->drain_events();
    }
}

report::Context Attachment::context(Look look) const {
    const Host host = this_host();
    const Means means = watcher_->means();
    return {.at = wall_clock_now(),
            .host = host.name,
            .kernel = host.kernel,
            .tier = means.tier,
            .level = means.level,
            .hooks = means.hooks,
            .command = {},
            .watched = monotonic_now() - begin_,
            .snapshot = std::move(look.snapshot),
            .diagnosis = std::move(look.diagnosis),
            .stacks = {}};
}

int Attachment::finish() {
    const bool wedged = latest_ && latest_->diagnosis.wedged();
    if (json_)
        if (Result<void> done = json_->write(report::to_json(context(latest_.value_or(Look{})))); !done)
            spdlog::error("{}", done.error().message);
    if (kill_is_due_)
        return exit_hang;
    return wedged && !tree_has_ended() ? exit_wedged : 0;
}

int Attachment::watch() {
    while (!interrupted_ && !kill_is_due_ && !tree_has_ended()) {
        wait_for_work();
        handle_signals();
        const Nanos now = monotonic_now();
        responder_.limit_hook(now);
        watcher_->drain_events();
        if (Result<void> done = look(now); !done) {
            spdlog::error("{}", report::printable(done.error().message));
            return exit_look_failed;
        }
    }
    if (kill_is_due_)
        end_tree();
    else if (Result<Look> last = watcher_->look(diagnosis::Outlook::more_looks); last && interrupted_)
        take(std::move(*last), monotonic_now());
    return finish();
}

} // namespace

int attach(const AttachOptions &options) {
    log_to_stderr(options.verbose);
    Result<profiles::Profiles> profiles = load_profiles(options.profiles, std::nullopt);
    if (!profiles)
        return fail(profiles.error(), exit_look_failed);
    Result<std::string> program = hook_program(options.on_wedge);
    if (!program)
        return fail(program.error(), exit_look_failed);
    std::optional<JsonFile> json;
    if (options.json) {
        Result<JsonFile> opened = JsonFile::open(*options.json, std::nullopt);
        if (!opened)
            return fail(opened.error(), exit_look_failed);
        json = std::move(*opened);
    }
    Result<Signals> signals = Signals::take();
    if (!signals)
        return fail(signals.error(), exit_look_failed);
    Result<std::unique_ptr<Watcher>> watcher = start_watching(options.watch, *profiles, options.quiet);
    if (!watcher)
        return fail(watcher.error(), exit_look_failed);
    if (Result<void> attached = (*watcher)->attach(options.pid); !attached)
        return fail(attached.error(), exit_look_failed);
    spdlog::info("attached to {} processes", (*watcher)->tree().members().size());
    Attachment attachment(options, std::move(*signals), std::move(json), std::move(*watcher),
                          std::move(*program));
    return attachment.watch();
}

} // namespace unwedge::session
