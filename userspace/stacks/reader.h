// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/clock.h"
#include "util/result.h"

#include <functional>
#include <string>

namespace unwedge::stacks {

/// Takes bytes, as often as there are some.
using Writer = std::function<void(const std::string &)>;

/// What a process of its own made of a task, and whether it came to its end.
struct Reading {
    std::string bytes;
    std::string trouble; ///< "" if the process ended by itself and well
};

/// Runs `task` in a forked process and returns all that it wrote. Why: what is read there was written by
/// strangers. It can make libdw crash, a symbol of 200 bytes can be gigabytes once demangled, and a file
/// system that hangs lets nobody go. The process has little memory and CPU time, is killed after `patience`,
/// and dies with unwedge; what it traces, the kernel then lets go.
Result<Reading> read_apart(const std::function<void(const Writer &)> &task, Nanos patience);

} // namespace unwedge::stacks
