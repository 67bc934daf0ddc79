// SPDX-License-Identifier: GPL-2.0-only
#include "recording/rounds.h"

#include <algorithm>
#include <utility>

namespace unwedge::recording {
namespace {

struct Sighting {
    Nanos at{};
    std::size_t recording = 0;
    std::size_t look = 0;
};

std::vector<Sighting> sightings_by_time(const std::vector<Recording> &recordings) {
    std::vector<Sighting> all;
    for (std::size_t recording = 0; recording < recordings.size(); ++recording)
        for (std::size_t look = 0; look < recordings[recording].looks.size(); ++look)
            all.push_back({recordings[recording].looks[look].snapshot.at, recording, look});
    std::ranges::stable_sort(all, {}, &Sighting::at);
    return all;
}

/// Makes rounds of looks that come by time. A round is ended as late as can be: when one of its recordings
/// looks again, or what it has is old. So what is seen last before a tree is ended meets what others saw
/// before that.
class RoundMaker {
  public:
    RoundMaker(const std::vector<Recording> &recordings, Nanos look_distance)
        : recordings_(recordings), look_distance_(look_distance) {}

    void take(const Sighting &sighting) {
        const bool looks_again = round_.contains(sighting.recording);
        if (!round_.empty() && (looks_again || sighting.at - begin_of_round() > look_tells_for) &&
            nobody_is_missed())
            end_round();
        round_[sighting.recording] = sighting.look;
        latest_[sighting.recording] = sighting.look;
    }
    std::vector<Round> finish() {
        if (!round_.empty())
            end_round();
        return std::move(rounds_);
    }

  private:
    Nanos at(std::size_t recording, std::size_t look) const {
        return recordings_[recording].looks[look].snapshot.at;
    }
    Nanos begin_of_round() const {
        Nanos begin = Nanos::max();
        for (const auto &[recording, look] : round_)
            begin = std::min(begin, at(recording, look));
        return begin;
    }
    bool is_last(std::size_t recording, std::size_t look) const {
        return look + 1 == recordings_[recording].looks.size();
    }
    bool goes_on(std::size_t recording, std::size_t look) const {
        return !is_last(recording, look) && at(recording, look + 1) - at(recording, look) <= look_tells_for;
    }
    bool nobody_is_missed() const {
        return std::ranges::all_of(latest_, [this](const auto &latest) {
            return round_.contains(latest.first) || !goes_on(latest.first, latest.second);
        });
    }
    /// What came too soon after the round before adds to that one what it lacks, and last looks.
    void end_round() {
        Round round = std::exchange(round_, {});
        if (rounds_.empty() ||
            time_of(round, recordings_) - time_of(rounds_.back(), recordings_) >= look_distance_) {
            rounds_.push_back(std::move(round));
            return;
        }
        for (const auto &[recording, look] : round)
            if (!rounds_.back().contains(recording) || is_last(recording, look))
                rounds_.back()[recording] = look;
    }

    const std::vector<Recording> &recordings_;
    Nanos look_distance_;
    std::map<std::size_t, std::size_t> latest_; ///< by recording: its latest look so far
    Round round_;
    std::vector<Round> rounds_;
};

} // namespace

Nanos time_of(const Round &round, const std::vector<Recording> &recordings) {
    Nanos latest = Nanos::min();
    for (const auto &[recording, look] : round)
        latest = std::max(latest, recordings[recording].looks[look].snapshot.at);
    return latest;
}

std::vector<Round> rounds_of(const std::vector<Recording> &recordings, Nanos look_distance) {
    RoundMaker maker(recordings, look_distance);
    for (const Sighting &sighting : sightings_by_time(recordings))
        maker.take(sighting);
    return maker.finish();
}

} // namespace unwedge::recording
