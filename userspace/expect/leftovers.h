// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "expect/ending.h"
#include "expect/expectation.h"
#include "expect/outcome.h"

#include <string>

namespace unwedge::expect {

/// Judges an expectation for which is_about_the_end(). `doubt`: why not all may have been seen; "": it was.
Outcome judge_leftovers(const Expectation &expectation, const Ending &ending, const std::string &doubt);

} // namespace unwedge::expect
