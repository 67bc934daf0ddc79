// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/fd.h"
#include "util/result.h"

#include <string>

namespace unwedge::session {

/// Opens the file `path` for writing, makes it (mode 0644) if there is none, and cuts nothing off. Who is
/// root is not led astray by those who own a folder on the way: a symbolic link counts only if root has laid
/// it, and what is there already must belong to root, or to the owner of its folder and be no second name of
/// root's. So it is whatever fs.protected_symlinks, protected_regular and protected_hardlinks say.
Result<Fd> create_file(const std::string &path);

} // namespace unwedge::session
