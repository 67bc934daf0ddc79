// SPDX-License-Identifier: GPL-2.0-only
#include "session/attach.h"

#include "report/json.h"
#include "report/text.h"
#include "session/actors.h"
#include "session/console.h"
#include "session/equipment.h"
#include "session/exit_status.h"
#include "session/killer.h"
#include "session/report_context.h"
#include "session/responder.h"
#include "session/teller.h"
#include "session/waiting.h"
#include "util/log.h"
#include "util/units.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <utility>

namespace unwedge::session {
namespace {

using namespace std::chrono_literals;

class Attachment {
  public:
    Attachment(const AttachOptions &options, Equipment equipment)
        : options_(options), signals_(std::move(equipment.signals)), json_(std::move(equipment.json)),
          recorder_(std::move(equipment.recorder)), watcher_(std::move(equipment.watcher)),
          teller_(options.quiet),
          responder_(options.on_wedge, std::move(equipment.hook_program), options.grace, teller_) {}

    /// Until the tree has ended, or somebody wants it to end. Returns the exit status.
    int watch();

  private:
    bool tree_has_ended() const { return watcher_->tree().living().empty(); }
    void wait_for_work() const;
    void handle_signals();
    Result<void> look(Nanos now);
    void read_out();
    void take(Look look, Nanos now);
    void end_tree();
    int finish();
    report::Context context(Look look) const;

    const AttachOptions &options_;
    Signals signals_;
    std::optional<OutputFile> json_;
    std::unique_ptr<Recorder> recorder_; ///< outlives the watcher, which tells it all
    std::unique_ptr<Watcher> watcher_;
    Teller teller_;
    Responder responder_;
    std::optional<Look> latest_;
    bool interrupted_ = false;
    bool wants_read_out_ = false;
    bool kill_is_due_ = false;
};

void Attachment::wait_for_work() const {
    const Nanos tick = watcher_->next_tick();
    wait_for_news(signals_.fd().get(), *watcher_,
                  std::min(tick, responder_.hook().deadline().value_or(tick)));
}

void Attachment::handle_signals() {
    signals_.drain([this](const signalfd_siginfo &signal) {
        if (signal.ssi_signo == SIGUSR1 && recorder_->records())
            wants_read_out_ = true;
        else if (signal.ssi_signo != SIGCHLD)
            interrupted_ = true;
        else if (responder_.hook().is_running())
            responder_.reap_hook();
    });
}

/// As SIGUSR1 asks for.
void Attachment::read_out() {
    if (Result<Look> seen = watcher_->look(diagnosis::Outlook::more_looks))
        take(std::move(*seen), monotonic_now());
    session::read_out(*recorder_, *watcher_, teller_);
}

void Attachment::take(Look look, Nanos now) {
    if (teller_.take_news(look)) {
        teller_.report(context(look));
        recorder_->tell_histories(*watcher_);
    }
    if (responder_.wants_hook(look.diagnosis))
        responder_.run_hook(context(look), options_.pid, *watcher_);
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
    teller_.status(ending_text(fmt::format("still wedged after {}", duration_text(options_.grace)),
                               options_.kill_after));
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
    return context_of(std::move(look), watcher_->means(), recorder_->begin());
}

int Attachment::finish() {
    const bool wedged = latest_ && latest_->diagnosis.wedged();
    const Look last = latest_ ? std::move(*latest_) : watcher_->no_look();
    teller_.losses(last.snapshot);
    close_recording(*recorder_, *watcher_, std::nullopt, teller_);
    if (json_)
        if (Result<void> done = json_->write(report::to_json(context(last))); !done)
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
        if (std::exchange(wants_read_out_, false))
            read_out();
        recorder_->commit();
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
    const Result<std::optional<Identity>> caller = command_identity(std::nullopt);
    if (!caller)
        return fail(caller.error(), exit_look_failed);
    Result<Equipment> equipment = equip(options, *caller);
    if (!equipment)
        return fail(equipment.error(), exit_look_failed);
    Watcher &watcher = *equipment->watcher;
    if (Result<void> attached = watcher.attach({options.pid}); !attached)
        return fail(attached.error(), exit_look_failed);
    if (Result<void> found = require_members(watcher.tree(), {options.pid}); !found)
        return fail(found.error(), exit_look_failed);
    spdlog::info("attached to {} processes", watcher.tree().members().size());
    return Attachment(options, std::move(*equipment)).watch();
}

} // namespace unwedge::session
