// SPDX-License-Identifier: GPL-2.0-only
#include "formats/perfetto/ends.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>
#include <variant>

namespace unwedge::formats::perfetto {

namespace {

using facts::EndId;

std::string name_of(const KnownEnd &end, const Actors &actors) {
    if (end.holders.empty())
        return end.last.address.empty() ? fmt::format("end {}", end.last.id)
                                        : fmt::format("end {}, {}", end.last.id, end.last.address);
    const report::Holder &first = end.holders.front();
    std::string name = fmt::format("{} fd {}", actors.who(first.pid), first.fd);
    if (end.holders.size() > 1)
        fmt::format_to(std::back_inserter(name), " and {} more", end.holders.size() - 1);
    return name;
}

} // namespace

Ends::Ends(const recording::Recording &recording, const Actors &actors) {
    std::set<std::tuple<EndId, facts::Pid, int>> held;
    for (const recording::Look &look : recording.looks) {
        for (const auto &[id, end] : look.snapshot.ends) {
            ends_[id].last = end;
            ends_[id].in_a_look = true;
        }
        for (const auto &[pid, actor] : look.snapshot.actors)
            for (const facts::Hold &hold : actor.holds)
                if (look.snapshot.ends.contains(hold.end) && held.emplace(hold.end, pid, hold.fd).second)
                    ends_[hold.end].holders.push_back({pid, hold.fd});
    }
    for (const facts::Event &event : recording.events) {
        if (const auto *began = std::get_if<facts::StallBegan>(&event))
            ends_[began->end].last.id = began->end;
        if (const auto *ended = std::get_if<facts::StallEnded>(&event))
            ends_[ended->end].last.id = ended->end;
    }
    for (auto &[id, end] : ends_) {
        end.last.id = id;
        end.name = name_of(end, actors);
        const auto [found, is_new] = by_low_bits_.try_emplace(static_cast<std::uint32_t>(id), id);
        if (!is_new)
            found->second = 0;
    }
}

const KnownEnd *Ends::find(EndId id) const {
    const auto found = ends_.find(id);
    return found == ends_.end() ? nullptr : &found->second;
}

const KnownEnd *Ends::by_low_bits(std::uint32_t bits) const {
    const auto found = by_low_bits_.find(bits);
    return found == by_low_bits_.end() || found->second == 0 ? nullptr : find(found->second);
}

} // namespace unwedge::formats::perfetto
