// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "session/identity.h"
#include "util/result.h"

#include <optional>
#include <string>

namespace unwedge::gate {

/// Makes the folder of --dir and those above it, as `user` (nullopt: as we are).
Result<void> make_folder(const std::string &path, const std::optional<session::Identity> &user);

} // namespace unwedge::gate
