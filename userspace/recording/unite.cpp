// SPDX-License-Identifier: GPL-2.0-only
#include "recording/unite.h"

#include "util/clock.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace unwedge::recording {
namespace {

using diagnosis::Outlook;

/// "sweep", "sweep, sock_diag".
void add_source(const std::string &source, std::string &sources) {
    if (sources.find(source) == std::string::npos)
        sources += (sources.empty() ? "" : ", ") + source;
}

} // namespace

Union::Union(const Meta &meta, const Hosts &hosts, std::vector<Recording> &recordings)
    : meta_(meta), hosts_(hosts), recordings_(recordings) {}

void Union::add(std::size_t recording, facts::Snapshot part, facts::Snapshot &all) {
    add_source(part.provenance.queues, all.provenance.queues);
    add_source(part.provenance.pipes, all.provenance.pipes);
    add_source(part.provenance.threads, all.provenance.threads);
    all.actors.merge(part.actors);
    all.ends.merge(part.ends);
    std::ranges::move(part.listeners, std::back_inserter(all.listeners));
    Blindness &blindness = blindness_[recording];
    blindness.losses = std::move(part.losses);
    blindness.last_loss = part.last_loss;
    blindness.hidden = std::move(part.hidden);
    if (hosts_.labels.size() > 1)
        for (std::string &what : blindness.hidden)
            what = fmt::format("on {}: {}", hosts_.labels[hosts_.of[recording]], what);
}

/// Since when receives are counted in all of them; nullopt: in one they are not.
std::optional<Nanos> Union::counted_since(const Round &round) const {
    std::optional<Nanos> latest = Nanos::min();
    for (const auto &[recording, look] : round) {
        const auto &since = recordings_[recording].looks[look].snapshot.receives_counted_since;
        latest = since && latest ? std::max(latest, since) : std::nullopt;
    }
    return latest;
}

void Union::add_blindness(facts::Snapshot &all) const {
    for (const auto &[recording, blindness] : blindness_) {
        for (const auto &[counter, count] : blindness.losses)
            all.losses[counter] += count;
        all.last_loss = std::max(all.last_loss, blindness.last_loss);
        std::ranges::copy(blindness.hidden, std::back_inserter(all.hidden));
    }
}

Look Union::look_of(const Round &round, const std::vector<Joint> &joined) {
    Look united{.outlook = Outlook::more_looks, .after_rest = true};
    facts::Snapshot &all = united.snapshot;
    all.at = time_of(round, recordings_);
    all.receives_counted_since = counted_since(round);
    all.provenance = {.queues = "", .pipes = "", .threads = ""};
    for (const auto &[recording, number] : round) {
        Look &look = recordings_[recording].looks[number];
        // One of several whose time is up hangs for itself and for those that it is connected with.
        if (look.outlook == Outlook::time_is_up)
            united.outlook = Outlook::time_is_up;
        united.after_rest = united.after_rest && (look.after_rest || number == 0);
        add(recording, std::move(look.snapshot), all);
    }
    add_blindness(all);
    for (const Joint &joint : joined)
        apply(joint, all);
    united.at = wall_clock_text(meta_.begin_unix + (all.at - meta_.begin));
    return united;
}

} // namespace unwedge::recording
