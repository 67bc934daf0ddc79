// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "recording/recording.h"
#include "recording/rows.h"

#include <map>
#include <string>
#include <vector>

namespace unwedge::recording {

/// A Meta as keys and values, and back. Throws Damaged where a value is missing or can't be.
std::vector<MetaRow> rows_of(const Meta &meta);
Meta meta_of(const std::map<std::string, std::string> &all);

} // namespace unwedge::recording
