// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/result.h"

#include <string_view>

namespace unwedge {

/// Can glibc's regcomp() and regexec() deal with the extended expression in reasonable time, memory and
/// stack, whatever it is matched against? It writes repetitions out ("a{3}" is "aaa", "a+" is "aa*"), so
/// nested ones grow by the power; so does what it makes of repetitions of what can be empty ("(a?)*"); and
/// for a back-reference, which POSIX doesn't have in extended expressions, it tries all ways. The Error says
/// what is too much.
Result<void> check_cost(std::string_view expression);

} // namespace unwedge
