// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <optional>
#include <string_view>

namespace unwedge::recording {

/// The word that a recording has for a value of an enumeration; docs/recording.md lists them.
template <typename Enum>
std::string_view word_of(Enum value);

/// The value of a word; nullopt if there is no such word.
template <typename Enum>
std::optional<Enum> value_of(std::string_view word);

} // namespace unwedge::recording
