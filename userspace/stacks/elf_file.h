// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "procfs/proc.h"
#include "stacks/maps.h"
#include "util/fd.h"

#include <cstddef>
#include <vector>

namespace unwedge::stacks {

/// The very file that is mapped, also where it was replaced or deleted since (with CAP_SYS_ADMIN), or lies in
/// a container. Never what is no regular file: to open a device may do something.
Result<Fd> open_image(const procfs::Proc &proc, facts::Pid pid, const Image &image);

/// An image that has no file, copied from the process's memory.
Result<std::vector<std::byte>> copy_image(facts::Pid pid, const Image &image);

} // namespace unwedge::stacks
