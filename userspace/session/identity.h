// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/result.h"

#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace unwedge::session {

/// Whom the command runs as.
struct Identity {
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> groups;
    std::string name; ///< login name; empty if the user has none
    std::string home;
    std::string shell; ///< empty if the user has none
};

/// With which rights the command runs.
struct CommandRights {
    std::optional<Identity> identity; ///< nullopt: as we are
    bool no_new_privs = false;        ///< nor does what it executes get any (prctl(2))
};

/// `user` (a login name or a number), else under root the user that sudo was called by, else nullopt: as we
/// are.
Result<std::optional<Identity>> command_identity(const std::optional<std::string> &user);

/// Gives up this process's identity and its capabilities for `identity`, for good, and what its environment
/// tells of the former user. Returns errno, or 0. Called between fork and exec.
int assume(const Identity &identity);

} // namespace unwedge::session
