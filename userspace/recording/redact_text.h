// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>
#include <string_view>

namespace unwedge::recording {

constexpr std::string_view redaction = "[redacted]";

/// `text` without the secrets that are told by their shape or by what is right before them: PEM blocks,
/// passwords in URLs, values of such names in queries, forms, lists and JSON, well-known tokens.
std::string redacted_text(std::string text);

/// The same of what a program prints; and without the values of such names where a word begins, as env(1) and
/// `set -x` print them.
std::string redacted_output(std::string_view text);

/// A word as programs like curl take it, "user:password"; the user stays.
std::string redacted_credentials(std::string_view text);

} // namespace unwedge::recording
