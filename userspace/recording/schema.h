// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace unwedge::recording {

/// PRAGMA application_id of a recording: "unwd".
constexpr std::int32_t application_id = 0x756e7764;
/// PRAGMA user_version; a change of any table bumps it.
constexpr std::int32_t schema_version = 3;

/// Each table's name and the CREATE TABLE that makes it, in order.
std::vector<std::pair<std::string, std::string>> schema();

} // namespace unwedge::recording
