// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "expect/expectation.h"

#include <string>

namespace unwedge::expect {

/// What is expected, behind "expected": "no connection to :6379", "it to end within 5 s".
std::string phrase_of(const Expectation &expectation);

} // namespace unwedge::expect
