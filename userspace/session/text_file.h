// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "session/identity.h"
#include "util/result.h"

#include <optional>
#include <string>

namespace unwedge::session {

/// All of a file that `option` names, of at most 1 MiB, read with the rights of `reader` if there is one. The
/// Error begins with the option.
Result<std::string> read_text_file(const std::string &option, const std::string &path,
                                   const std::optional<Identity> &reader);

} // namespace unwedge::session
