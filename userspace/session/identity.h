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
};

/// `user` (a login name or a number), else under root the user that sudo was called by, else nullopt: as we
/// are.
Result<std::optional<Identity>> command_identity(const std::optional<std::string> &user);

/// Gives up this process's identity for `identity`, for good, and sets HOME, USER and LOGNAME. Returns errno,
/// or 0. Called between fork and exec.
int assume(const Identity &identity);

} // namespace unwedge::session
