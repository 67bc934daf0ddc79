// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "formats/html/escape.h"
#include "recording/recording.h"
#include "report/cast.h"
#include "report/channels.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace unwedge::formats::html {

/// What several parts of a page are made from, found once. Ends and channels are numbered, because their ids
/// have 64 bits and a script's numbers 53.
struct Digest {
    explicit Digest(const recording::Recording &recorded);

    const recording::Recording &recording;
    report::Context last;                  ///< as of the last look
    report::Cast cast;                     ///< of the last look
    facts::Snapshot known;                 ///< the last look, and what earlier ones had that it no longer has
    std::vector<report::Channel> channels; ///< of `known`
    std::map<facts::ChannelId, std::size_t> channel_numbers;
    std::map<facts::EndId, std::size_t> end_numbers; ///< in `known.ends`
    Nanos until{};                                   ///< the latest time that anything of the recording has

    /// Nanoseconds since the recording began.
    std::int64_t since_begin(Nanos at) const { return (at - recording.meta.begin).count(); }
    Json channel_number(std::optional<facts::ChannelId> id) const; ///< null where it is not known
    Json end_number(facts::EndId id) const;
};

/// Null or the time since the recording began.
Json time_json(const Digest &digest, const std::optional<Nanos> &at);

/// Made printable.
Json text_json(std::string_view text);

template <typename T>
Json nullable_json(const std::optional<T> &value) {
    return value ? Json(*value) : Json(nullptr);
}

} // namespace unwedge::formats::html
