// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "report/context.h"

#include <string>

namespace unwedge::report {

/// The diagnosis as JSON `unwedge.diagnosis/1` (docs/diagnosis.schema.json), indented, with a final newline.
/// Bytes of names and argv that aren't UTF-8 become U+FFFD.
std::string to_json(const Context &context);

} // namespace unwedge::report
