// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string_view>

namespace unwedge::recording {

/// What the name of an option, a variable or a header says about its value.
enum class Secrecy {
    none,
    weak,  ///< a secret, a file, a method or a switch: "auth", "private-key"
    inner, ///< a secret's word, and more behind it: "TOKEN_CI"
    strong ///< it ends in a secret's word: "db_password", "apiKey"
};

/// Words are told apart by dashes, underscores, dots and capitals, so that "author", "tokenize" and
/// "max-tokens" are none of them.
Secrecy secrecy_of(std::string_view name);

/// Letters, digits, "_", "-" and ".", begins with a letter or "_", and is no longer than names are.
bool is_name(std::string_view text);

/// No secret whatever its name: empty, a switch, a method, a reference to a file; in a script, to a variable.
bool is_harmless(Secrecy secrecy, std::string_view value, bool in_script);

/// As keys and tokens in hex or base64 look.
bool looks_random(std::string_view text);

} // namespace unwedge::recording
