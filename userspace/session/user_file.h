// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "session/identity.h"
#include "util/result.h"

#include <optional>
#include <string>

namespace unwedge::session {

/// What the file `path`, which `option` names, holds; at most 1 MiB. Read with the rights of `reader`, whom
/// the command runs as: what is wrong with a file is told, and so is a bit of what it holds.
Result<std::string> read_user_file(const std::string &option, const std::string &path,
                                   const std::optional<Identity> &reader);

} // namespace unwedge::session
