// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>
#include <vector>

namespace unwedge::session {

struct MergeOptions {
    std::vector<std::string> files; ///< recordings, two at least
    std::string output;             ///< file or folder, as of --record
};

/// `unwedge merge`: makes one recording of several. Returns the exit status: 0; 1 if one can't be read or the
/// new one not written; 2 if they can't be one.
int merge(const MergeOptions &options);

} // namespace unwedge::session
