// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"
#include "util/result.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace unwedge::procfs {

/// Reads memory of process `pid` at `address` into `into`, without stopping it and without faulting pages in
/// that its owner could not read. Returns how many bytes were read: fewer than asked, at least one, where the
/// mapping ends. Code EFAULT: nothing is mapped there; EPERM: the caller may not look; ESRCH: the process has
/// gone.
Result<std::size_t> read_memory(facts::Pid pid, std::uint64_t address, std::span<std::byte> into);

} // namespace unwedge::procfs
