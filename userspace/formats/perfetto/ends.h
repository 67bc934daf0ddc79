// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "formats/perfetto/actors.h"
#include "recording/recording.h"
#include "report/channels.h"

#include <cstdint>
#include <map>
#include <string>

namespace unwedge::formats::perfetto {

/// What all looks together tell of one end.
struct KnownEnd {
    facts::End last;         ///< as of the last look that has it
    bool in_a_look = false;  ///< else nothing of `last` is known but its id
    report::Holders holders; ///< whoever held it at a look, in the order of the looks
    std::string name;        ///< for people: "child (pid 12) fd 9"
};

/// The ends of the run by their ids: those of the looks, and those that stalled in between.
class Ends {
  public:
    Ends(const recording::Recording &recording, const Actors &actors);

    const std::map<facts::EndId, KnownEnd> &all() const { return ends_; }
    const KnownEnd *find(facts::EndId id) const;
    /// The one a flight record means; nullptr if none does, or two ids end in these bits.
    const KnownEnd *by_low_bits(std::uint32_t bits) const;

  private:
    std::map<facts::EndId, KnownEnd> ends_;
    std::map<std::uint32_t, facts::EndId> by_low_bits_; ///< 0: several
};

} // namespace unwedge::formats::perfetto
