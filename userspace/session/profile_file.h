// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "profiles/profiles.h"
#include "session/identity.h"
#include "util/result.h"

#include <optional>
#include <string>

namespace unwedge::session {

/// The rules of --profiles' `file`, if there is one, and after them the built-in ones. Read with the rights
/// of `reader`, whom the command runs as: what is wrong with a file is told, and so is a bit of what it
/// holds.
Result<profiles::Profiles> load_profiles(const std::optional<std::string> &file,
                                         const std::optional<Identity> &reader);

} // namespace unwedge::session
