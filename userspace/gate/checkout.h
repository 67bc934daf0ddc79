// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "session/identity.h"
#include "util/result.h"

#include <optional>
#include <string>
#include <vector>

namespace unwedge::gate {

/// What is to be compared.
struct SidesWanted {
    std::string revision;           ///< the baseline
    std::vector<std::string> paths; ///< only these are the baseline's, all else the change's; empty: all
    std::string folder;             ///< where both are made; belongs to `user`
    std::optional<session::Identity> user;
};

/// Two copies of a repository, checked out.
struct Sides {
    std::string base;
    std::string change;
    std::string prefix; ///< where in the repository we are, "tests/"; empty: at its top
    std::string commit; ///< the baseline's
};

/// Makes copies of the repository that this is called in: one as it is now, with all changes but ignored
/// files, and one of the baseline. Nothing is written to the repository or its .git: the copies are
/// repositories of their own that borrow its objects, and what is not committed becomes objects of theirs. So
/// it is with each submodule that is checked out.
Result<Sides> make_sides(const SidesWanted &wanted);

} // namespace unwedge::gate
