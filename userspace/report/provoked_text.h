// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "report/context.h"

#include <string>

namespace unwedge::report {

/// "unwedge itself made load or held actors up (--provoke cpu=2,stop); --seed 123 repeats it"; untrusted
/// bytes of a recording's may be in it.
std::string provoked_text(const Provoked &provoked);

} // namespace unwedge::report
