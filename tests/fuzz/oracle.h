// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string_view>

namespace unwedge::fuzz {

/// Is `text` valid UTF-8 in which nothing steers a terminal or reorders what it shows: no C0 but '\n' where
/// `lines` allows it, no DEL, no C1, no direction marks? Written anew on purpose: util/utf8.h is under test.
bool is_harmless(std::string_view text, bool lines = false);

} // namespace unwedge::fuzz
