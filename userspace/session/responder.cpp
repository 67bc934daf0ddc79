// SPDX-License-Identifier: GPL-2.0-only
#include "session/responder.h"

#include "report/text.h"
#include "util/log.h"
#include "util/units.h"

#include <fmt/format.h>

#include <utility>

namespace unwedge::session {

Responder::Responder(const OnWedge &asked, std::string program, Nanos grace, const Teller &teller)
    : kills_(asked.kill), grace_(grace), teller_(teller), hook_(std::move(program), grace),
      countdown_(grace) {}

void Responder::tell_hook(std::string_view text) const {
    teller_.status(fmt::format("--on-wedge exec: '{}' {}", hook_.path(), text));
}

void Responder::run_hook(const report::Context &wedge, facts::Pid root, Watcher &watcher) {
    if (Result<void> done = hook_.start(wedge, root, monotonic_now()); !done) {
        spdlog::error("{}", report::printable(done.error().message));
        return;
    }
    watcher.spare(hook_.pid());
    tell_hook(fmt::format("runs (pid {}), for {} at most", hook_.pid(), duration_text(grace_)));
}

bool Responder::kill_is_due(const diagnosis::Diagnosis &found, Nanos now) {
    if (!kills_)
        return false;
    switch (countdown_.take(found, now)) {
    case Countdown::Change::begun:
        teller_.status(fmt::format("--on-wedge kill: the tree is ended if it is still wedged in {}",
                                   duration_text(grace_)));
        break;
    case Countdown::Change::called_off:
        teller_.status("--on-wedge kill: called off, nothing is wedged any more");
        break;
    case Countdown::Change::none: break;
    }
    const std::optional<Nanos> due = countdown_.due();
    return due && now >= *due;
}

void Responder::limit_hook(Nanos now) {
    const std::optional<Nanos> deadline = hook_.deadline();
    if (!deadline || now < *deadline)
        return;
    hook_.end();
    tell_hook(fmt::format("still ran after {}: killed", duration_text(grace_)));
}

void Responder::reap_hook() {
    if (const std::optional<std::string> complaint = hook_.reap())
        tell_hook(*complaint);
}

} // namespace unwedge::session
