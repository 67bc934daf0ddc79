// SPDX-License-Identifier: GPL-2.0-only
#include "session/cpu_history.h"

#include <algorithm>

namespace unwedge::session {

void CpuHistory::add(facts::Pid pid, Nanos started, const facts::CpuReading &reading) {
    Track &track = tracks_[pid];
    if (track.started != started)
        track = {.started = started, .readings = {}};
    std::vector<facts::CpuReading> &readings = track.readings;
    if (!readings.empty() && reading.at - readings.back().at < distance_)
        return;
    readings.push_back(reading);
    // The last one that is too old stays: it tells of the time until the next.
    const auto recent = std::ranges::find_if(
        readings, [&](const facts::CpuReading &one) { return reading.at - one.at <= length_; });
    if (recent - readings.begin() > 1)
        readings.erase(readings.begin(), recent - 1);
    // Looks add many, of thousands of actors, and are rare.
    if (readings.capacity() > 4 * readings.size())
        readings.shrink_to_fit();
}

std::vector<facts::CpuReading> CpuHistory::of(facts::Pid pid, Nanos started) const {
    auto found = tracks_.find(pid);
    return found != tracks_.end() && found->second.started == started ? found->second.readings
                                                                      : std::vector<facts::CpuReading>();
}

void CpuHistory::keep_only(const std::set<facts::Pid> &living) {
    std::erase_if(tracks_, [&](const auto &entry) { return !living.contains(entry.first); });
}

} // namespace unwedge::session
