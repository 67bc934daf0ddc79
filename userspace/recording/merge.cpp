// SPDX-License-Identifier: GPL-2.0-only
#include "recording/merge.h"

#include "recording/align.h"
#include "recording/hosts.h"
#include "recording/join.h"
#include "recording/merge_meta.h"
#include "recording/numbers.h"
#include "recording/rediagnose.h"
#include "recording/rounds.h"
#include "recording/shift.h"
#include "recording/unite.h"
#include "util/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <map>
#include <set>
#include <utility>

namespace unwedge::recording {
namespace {

using diagnosis::Outlook;

/// Each end that was ever an outer one, as it was last.
std::vector<OuterEnd> all_outer_ends(const Recording &recording, Viewpoint from) {
    std::map<facts::EndId, OuterEnd> latest;
    for (const Look &look : recording.looks)
        for (OuterEnd &end : outer_ends(look.snapshot, from)) {
            const facts::EndId id = end.end.id;
            latest.insert_or_assign(id, std::move(end));
        }
    std::vector<OuterEnd> all;
    all.reserve(latest.size());
    for (auto &[id, end] : latest)
        all.push_back(std::move(end));
    return all;
}

class Merger {
  public:
    explicit Merger(std::vector<Recording> recordings)
        : recordings_(std::move(recordings)), hosts_(hosts_of(recordings_)), systems_(recordings_.size()) {
        for (std::size_t i = 0; i < systems_.size(); ++i)
            systems_[i] = i;
    }

    Result<Merged> merge() {
        if (Result<void> done = set_by_wall_clocks(); !done)
            return done.error();
        if (Result<void> done = tell_numbers_apart(); !done)
            return done.error();
        for (std::size_t host = 1; host < hosts_.labels.size(); ++host)
            set_by_order(host);
        begin_after_zero();
        name_hosts();
        Recording &all = merged_.recording;
        all.meta = merged_meta(recordings_);
        all.events = merged_events(recordings_);
        all.samples = merged_samples(recordings_);
        all.output = merged_output(recordings_, hosts_);
        for (Recording &recording : recordings_)
            all.flight.merge(recording.flight);
        take_looks();
        conclude();
        merged_.connections = connections_.size();
        return std::move(merged_);
    }

  private:
    Viewpoint viewpoint(std::size_t recording) const { return {recording, hosts_.of[recording]}; }

    void shift_host(std::size_t host, Nanos by) {
        for (std::size_t i = 0; i < recordings_.size(); ++i)
            if (hosts_.of[i] == host)
                shift(recordings_[i], by);
    }

    /// Recordings of one host have one clock, whatever the wall clock was set to in between.
    Result<void> set_by_wall_clocks() {
        for (std::size_t host = 1; host < hosts_.labels.size(); ++host) {
            const Recording &first_of_it =
                recordings_[static_cast<std::size_t>(std::ranges::find(hosts_.of, host) - hosts_.of.begin())];
            const std::optional<Nanos> offset = wall_clock_offset(recordings_.front().meta, first_of_it.meta);
            if (!offset)
                return Error{
                    fmt::format("the clock of {} is decades away from the first one's", hosts_.labels[host]),
                    0};
            shift_host(host, *offset);
        }
        return {};
    }

    Result<void> tell_numbers_apart() {
        Numbers numbers;
        for (Recording &recording : recordings_)
            if (Result<void> done = numbers.tell_apart(recording); !done)
                return done;
        return {};
    }

    /// Over all looks, so that none is joined which has two candidates at different times.
    std::vector<Joint> all_joints() const {
        std::vector<OuterEnd> ends;
        for (std::size_t i = 0; i < recordings_.size(); ++i)
            std::ranges::move(all_outer_ends(recordings_[i], viewpoint(i)), std::back_inserter(ends));
        return joints(ends);
    }

    /// Those of messages between a host and those before it, whose clocks are set already.
    Bounds bounds_of(std::size_t host) const {
        const std::vector<Joint> joined = all_joints();
        Bounds bounds;
        for (std::size_t moved = 0; moved < recordings_.size(); ++moved)
            for (std::size_t fixed = 0; fixed < recordings_.size(); ++fixed)
                if (hosts_.of[moved] == host && hosts_.of[fixed] < host)
                    bounds.tighten(
                        order_bounds({fixed, recordings_[fixed]}, {moved, recordings_[moved]}, joined));
        return bounds;
    }

    void set_by_order(std::size_t host) {
        const Bounds bounds = bounds_of(host);
        const std::string &name = hosts_.labels[host];
        if (const Nanos room_lacks = bounds.contradiction(); room_lacks > Nanos{}) {
            merged_.remarks.push_back(
                fmt::format("the clock of {} stays as it was set: what messages say of it differs by {}",
                            name, duration_text(room_lacks)));
            return;
        }
        const Nanos by = bounds.correction();
        if (by == Nanos{})
            return;
        shift_host(host, by);
        merged_.remarks.push_back(fmt::format("the clock of {} was {} {}: messages were received before they "
                                              "were sent, so it was moved by that",
                                              name, duration_text(std::chrono::abs(by)),
                                              by < Nanos{} ? "fast" : "slow"));
    }

    /// Some began before the first one's host was booted, and no format tells of times before that.
    void begin_after_zero() {
        Nanos first{};
        for (const Recording &recording : recordings_)
            first = std::min(first, recording.meta.begin);
        for (std::size_t host = 0; first < Nanos{} && host < hosts_.labels.size(); ++host)
            shift_host(host, -first);
    }

    /// In front of each actor's name, where there are several.
    void name_hosts() {
        if (hosts_.labels.size() < 2)
            return;
        for (std::size_t i = 0; i < recordings_.size(); ++i)
            for (Look &look : recordings_[i].looks)
                for (auto &[pid, actor] : look.snapshot.actors)
                    actor.name = fmt::format("{}/{}", hosts_.labels[hosts_.of[i]], actor.name);
    }

    void take_looks() {
        rounds_ = rounds_of(recordings_, merged_.recording.meta.policy.look_distance);
        Union all(merged_.recording.meta, hosts_, recordings_);
        for (const Round &round : rounds_) {
            std::vector<OuterEnd> ends;
            for (const auto &[recording, look] : round)
                std::ranges::move(
                    outer_ends(recordings_[recording].looks[look].snapshot, viewpoint(recording)),
                    std::back_inserter(ends));
            const std::vector<Joint> joined = joints(ends);
            for (const Joint &joint : joined)
                note_joint(joint);
            merged_.recording.looks.push_back(all.look_of(round, joined));
        }
        finish_last_look();
    }

    void note_joint(const Joint &joint) {
        connections_.emplace(joint.one.end.id, joint.other.end.id);
        const std::size_t kept = systems_[joint.one.from.recording];
        const std::size_t given_up = systems_[joint.other.from.recording];
        std::ranges::replace(systems_, given_up, kept);
    }

    /// None follows: who stood has ended if all have, and nothing more can decide what is in doubt.
    void finish_last_look() {
        if (rounds_.empty())
            return;
        const auto any = [this](auto holds) {
            return std::ranges::any_of(rounds_.back(), [&](const auto &part) {
                return holds(recordings_[part.first].looks[part.second]);
            });
        };
        Look &last = merged_.recording.looks.back();
        last.ended = !any([](const Look &look) { return !look.ended; });
        if (last.outlook == Outlook::more_looks &&
            any([](const Look &look) { return look.outlook == Outlook::last_look; }))
            last.outlook = Outlook::last_look;
    }

    void conclude() {
        std::vector<diagnosis::Diagnosis> concluded = rediagnose(merged_.recording);
        std::vector<Look> &looks = merged_.recording.looks;
        for (std::size_t i = 0; i < looks.size(); ++i)
            looks[i].diagnosis = std::move(concluded[i]);
        const auto last_wedged = std::ranges::find_if(
            looks.rbegin(), looks.rend(), [](const Look &look) { return look.diagnosis.wedged(); });
        const auto kept = static_cast<std::size_t>(looks.rend() - last_wedged);
        if (last_wedged != looks.rend() && is_aftermath(kept))
            looks.erase(looks.begin() + static_cast<std::ptrdiff_t>(kept), looks.end());
    }

    /// All that the rounds from `first` on saw is what became of others when a tree that stood was seen no
    /// more, most often because it was ended for the wedge: a run by itself is told as it stood then, too.
    bool is_aftermath(std::size_t first) const {
        std::set<std::size_t> left_standing; ///< systems
        for (std::size_t i = 0; i < first; ++i)
            for (const auto &[recording, look] : rounds_[i])
                if (const std::vector<Look> &looks = recordings_[recording].looks;
                    look + 1 == looks.size() && !looks[look].ended)
                    left_standing.insert(systems_[recording]);
        return std::all_of(rounds_.begin() + static_cast<std::ptrdiff_t>(first), rounds_.end(),
                           [&](const Round &round) {
                               return std::ranges::all_of(round, [&](const auto &part) {
                                   return left_standing.contains(systems_[part.first]);
                               });
                           });
    }

    std::vector<Recording> recordings_;
    Hosts hosts_;
    std::vector<std::size_t> systems_; ///< by recording: the same for those that connections join
    std::set<std::pair<facts::EndId, facts::EndId>> connections_;
    std::vector<Round> rounds_;
    Merged merged_;
};

} // namespace

Result<Merged> merge(std::vector<Recording> recordings) {
    if (Result<void> same = require_same_thresholds(recordings); !same)
        return same.error();
    return Merger(std::move(recordings)).merge();
}

} // namespace unwedge::recording
