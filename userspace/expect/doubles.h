// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/writing.h"

#include <optional>
#include <string>

namespace unwedge::expect {

/// "wrote 12 of 14 lines twice"; nullopt: it did nothing of the kind, or too little of it to say so.
///
/// A line in a loop, and one for each of two things that are done at once, are written again and again, too.
/// So it must be the rule with this process: half of its lines or more, four at least, and hardly any of them
/// another number of times.
std::optional<std::string> doubling(const facts::Writing &writing);

} // namespace unwedge::expect
