// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "gate/attempt.h"
#include "session/identity.h"
#include "util/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unwedge::gate {

/// A wedge that somebody has looked into: an entry of unwedge-known.toml.
struct KnownWedge {
    std::string fingerprint; ///< as reports show it
    std::string name;        ///< what people call it
    std::string note;        ///< empty: none
    std::string until;       ///< last day that the entry holds, "2026-12-31"; empty: for ever

    /// `today`: UTC, "2026-12-01".
    bool is_expired(std::string_view today) const { return !until.empty() && until < today; }
};

/// The known wedges, and how often each was met.
class KnownWedges {
  public:
    KnownWedges() = default;
    /// `file`: what Errors call it.
    static Result<KnownWedges> parse(std::string_view text, const std::string &file);

    const std::vector<KnownWedge> &entries() const { return entries_; }
    /// The entry of one of its culprits; null if none is known. Expired ones are found as well.
    const KnownWedge *find(const std::vector<Culprit> &culprits) const;

  private:
    std::vector<KnownWedge> entries_;
};

/// Those of `path`, which --known names; nullopt: of unwedge-known.toml in the current folder, if there is
/// one. Read with the rights of `reader`.
Result<KnownWedges> read_known(const std::optional<std::string> &path,
                               const std::optional<session::Identity> &reader);

/// Today, UTC, "2026-12-01".
std::string today();

} // namespace unwedge::gate
