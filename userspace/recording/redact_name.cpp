// SPDX-License-Identifier: GPL-2.0-only
#include "recording/redact_name.h"

#include "recording/redact_lists.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace unwedge::recording {
namespace {

constexpr std::size_t longest_name = 128;
constexpr std::size_t least_random = 20;
constexpr std::size_t least_random_hex = 32;

// Also as the end of a word: "PGPASSWORD", "authtoken".
constexpr std::array strong_words{"password", "passwd",    "passphrase", "secret",    "token",
                                  "apikey",   "secretkey", "accesskey",  "sessionkey"};
constexpr std::array strong_pairs{std::pair("api", "key"), std::pair("access", "key"),
                                  std::pair("session", "key"), std::pair("encryption", "key"),
                                  std::pair("signing", "key")};
// Only as the last word.
constexpr std::array weak_words{"auth",    "authorization", "bearer",    "credential", "credentials",
                                "creds",   "cookie",        "setcookie", "pass",       "passin",
                                "passout", "pwd",           "privatekey"};
/// Behind a secret's word they say that the value is about it.
constexpr std::array about_words{
    "file",   "path",   "dir",     "type",    "name",   "id",      "count",   "limit", "length",   "len",
    "size",   "min",    "max",     "ttl",     "expiry", "expires", "timeout", "url",   "uri",      "endpoint",
    "host",   "port",   "method",  "mode",    "policy", "prompt",  "stdin",   "env",   "provider", "store",
    "header", "format", "version", "enabled", "budget", "helper",  "fd"};
/// Before it they say that it is a switch, a number or no secret.
constexpr std::array other_words{"no",  "not", "skip", "disable", "enable", "without", "require", "ask",
                                 "max", "min", "num",  "pad",     "eos",    "bos",     "unk"};
constexpr std::array switch_values{"true", "false", "yes", "no", "on", "off",
                                   "none", "null",  "0",   "1",  "-",  "stdin"};
constexpr std::array methods{"basic", "digest",   "ntlm",  "negotiate",     "kerberos", "gss",    "ldap",
                             "pam",   "peer",     "ident", "trust",         "reject",   "md5",    "plain",
                             "login", "password", "oauth", "oauth2",        "jwt",      "bearer", "token",
                             "any",   "auto",     "cert",  "scram-sha-256", "cram-md5"};
constexpr std::array file_prefixes{"/", "./", "../", "~/"};
constexpr std::array reference_prefixes{"file:", "env:", "fd:", "id="};

bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return is_lower(c) || is_upper(c);
}
bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// "apiKey" and "APIKey" are two words.
bool word_begins_at(std::string_view name, std::size_t i) {
    if (!is_upper(name[i]) || i == 0)
        return false;
    return !is_upper(name[i - 1]) || (i + 1 < name.size() && is_lower(name[i + 1]));
}

/// In lower case, without the numbers behind them.
std::vector<std::string> words_of(std::string_view name) {
    std::vector<std::string> words(1);
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (!is_letter(name[i]) && !is_digit(name[i])) {
            words.emplace_back();
            continue;
        }
        if (word_begins_at(name, i))
            words.emplace_back();
        words.back() += is_upper(name[i]) ? static_cast<char>(name[i] - 'A' + 'a') : name[i];
    }
    for (std::string &word : words)
        while (!word.empty() && is_digit(word.back()))
            word.pop_back();
    std::erase(words, "");
    return words;
}

using Words = std::vector<std::string>;

bool is_strong_word(std::string_view word) {
    return std::ranges::any_of(strong_words, [word](std::string_view end) { return word.ends_with(end); });
}

bool is_pair(const Words &words, std::size_t i, std::string_view one, std::string_view other) {
    return i + 1 < words.size() && words[i] == one && words[i + 1] == other;
}

/// How many words from the i-th on name a secret; 0: none.
std::size_t strong_length(const Words &words, std::size_t i) {
    for (const auto &[one, other] : strong_pairs)
        if (is_pair(words, i, one, other))
            return 2;
    return is_strong_word(words[i]) ? 1 : 0;
}

bool is_weak(const Words &words) {
    return is_one_of(weak_words, words.back()) ||
           (words.size() > 1 && is_pair(words, words.size() - 2, "private", "key"));
}

/// A path, and no option's name.
bool is_working_directory(std::string_view name) {
    return name == "PWD" || name == "OLDPWD";
}

bool is_reference(std::string_view value) {
    if (!value.starts_with('$'))
        return false;
    value.remove_prefix(1);
    return value.empty() || value.starts_with('{') || value.starts_with('(') || is_name(value);
}

} // namespace

Secrecy secrecy_of(std::string_view name) {
    const Words words = words_of(name);
    if (words.empty() || is_working_directory(name))
        return Secrecy::none;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (is_one_of(other_words, words[i]))
            return Secrecy::none;
        const std::size_t length = strong_length(words, i);
        if (length == 0)
            continue;
        if (i + length == words.size())
            return Secrecy::strong;
        const bool about = std::any_of(words.begin() + static_cast<std::ptrdiff_t>(i + length), words.end(),
                                       [](const std::string &word) { return is_one_of(about_words, word); });
        return about ? Secrecy::none : Secrecy::inner;
    }
    return is_weak(words) ? Secrecy::weak : Secrecy::none;
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= longest_name && (is_letter(text.front()) || text.front() == '_') &&
           std::ranges::all_of(
               text, [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.'; });
}

bool is_harmless(Secrecy secrecy, std::string_view value, bool in_script) {
    if (value.empty() || is_one_of(switch_values, value) || starts_with_one_of(reference_prefixes, value) ||
        (in_script && is_reference(value)))
        return true;
    if (secrecy != Secrecy::weak)
        return false;
    return starts_with_one_of(file_prefixes, value) || is_one_of(methods, value) ||
           (value.size() == 1 && is_digit(value.front()));
}

bool looks_random(std::string_view text) {
    const auto any = [text](bool (*is)(char)) { return std::ranges::any_of(text, is); };
    if (text.size() >= least_random_hex && std::ranges::all_of(text, is_hex))
        return any(is_digit) && any(is_letter);
    return text.size() >= least_random && any(is_lower) && any(is_upper) && any(is_digit) &&
           std::ranges::all_of(text, [](char c) {
               return is_letter(c) || is_digit(c) ||
                      std::string_view("+/=_-").find(c) != std::string_view::npos;
           });
}

} // namespace unwedge::recording
