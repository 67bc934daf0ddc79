// SPDX-License-Identifier: GPL-2.0-only
#include "recording/redact_text.h"

#include "recording/redact_name.h"

#include <algorithm>
#include <array>
#include <utility>

namespace unwedge::recording {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::string_view letters_and_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view token_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
constexpr std::string_view name_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";
constexpr std::size_t longest_password = 256; ///< as far as one is looked for in a URL that is none
constexpr std::string_view blanks_and_quotes = " \t\r\n\"'`";

/// A kind of token that its own issuer made easy to find.
struct Shape {
    std::string_view start;
    std::size_t least; ///< characters behind it
    bool mixed;        ///< they have small letters, capitals and digits: the start alone is an ordinary word
};
constexpr std::array shapes{
    Shape{"ghp_", 20, false},     Shape{"gho_", 20, false},     Shape{"ghu_", 20, false},
    Shape{"ghs_", 20, false},     Shape{"ghr_", 20, false},     Shape{"github_pat_", 20, false},
    Shape{"glpat-", 15, false},   Shape{"xoxa-", 10, false},    Shape{"xoxb-", 10, false},
    Shape{"xoxp-", 10, false},    Shape{"xoxr-", 10, false},    Shape{"xoxs-", 10, false},
    Shape{"sk_live_", 16, false}, Shape{"rk_live_", 16, false}, Shape{"sk-", 20, true},
    Shape{"npm_", 30, true},      Shape{"hf_", 30, true},       Shape{"pypi-", 50, true},
    Shape{"AIza", 30, true}};

/// Where `text` from `from` on is no longer made of `set`.
std::size_t end_of(std::string_view set, std::string_view text, std::size_t from) {
    return std::min(text.find_first_not_of(set, from), text.size());
}
std::size_t find_any(std::string_view set, std::string_view text, std::size_t from) {
    return std::min(text.find_first_of(set, from), text.size());
}

/// Texts grow out of pieces of the old one and marks, so that each is read once.
class Rewrite {
  public:
    explicit Rewrite(std::string_view text) : text_(text) {}

    /// [begin, end) is a secret; in ascending order.
    void hide(std::size_t begin, std::size_t end) {
        written_.append(text_.substr(done_, begin - done_)).append(redaction);
        done_ = end;
    }
    std::string take() { return std::move(written_.append(text_.substr(done_))); }

  private:
    std::string_view text_;
    std::string written_;
    std::size_t done_ = 0;
};

std::string without_pem(std::string_view text) {
    constexpr std::string_view begin_mark = "-----BEGIN ";
    constexpr std::string_view end_mark = "-----END ";
    Rewrite rewrite(text);
    for (std::size_t begin = text.find(begin_mark); begin != npos;) {
        const std::size_t end_line = text.find(end_mark, begin);
        const std::size_t dashes = end_line == npos ? npos : text.find("-----", end_line + end_mark.size());
        const std::size_t end = dashes == npos ? text.size() : dashes + 5;
        rewrite.hide(begin, end);
        begin = text.find(begin_mark, end);
    }
    return rewrite.take();
}

bool is_port(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// The "@" that ends the user's part of a URL whose host part begins at `begin`; npos: it has none. A "/" in
/// a password should not be there, but is; what is behind a host's ":" then is no port.
std::size_t end_of_user(std::string_view text, std::size_t begin) {
    const std::size_t end = find_any("/?# \t\r\n\"'`", text, begin);
    const std::size_t at = text.substr(begin, end - begin).rfind('@');
    if (at != npos)
        return begin + at;
    const std::size_t colon = text.substr(begin, end - begin).find(':');
    if (colon == npos || text[begin] == '[' ||
        is_port(text.substr(begin + colon + 1, end - begin - colon - 1)))
        return npos;
    const std::string_view rest = text.substr(end, longest_password);
    const std::size_t far = rest.find('@');
    return far < find_any(blanks_and_quotes, rest, 0) ? end + far : npos;
}

std::string without_url_passwords(std::string_view text) {
    Rewrite rewrite(text);
    for (std::size_t scheme = text.find("://"); scheme != npos;) {
        std::size_t next = scheme + 3;
        if (const std::size_t at = end_of_user(text, next); at != npos) {
            const std::size_t colon = text.find(':', next);
            if (colon < at && colon + 1 < at)
                rewrite.hide(colon + 1, at);
            next = at;
        }
        scheme = text.find("://", next);
    }
    return rewrite.take();
}

/// Where the value of a pair ends that stands behind `separator`.
std::size_t end_of_value(std::string_view text, std::size_t from, char separator) {
    std::string ends(blanks_and_quotes);
    ends += separator == '?' ? "&#" : std::string(1, separator);
    if (separator == '&')
        ends += '#';
    return find_any(ends, text, from);
}

/// "?name=value&name=value", "name=value;name=value", "name=value,name=value", "//host/:name=value": what is
/// behind one of `starts`.
std::string without_pairs(std::string_view text, std::string_view starts) {
    Rewrite rewrite(text);
    for (std::size_t i = text.find_first_of(starts); i != npos;) {
        const std::size_t equals = end_of(name_characters, text, i + 1);
        const std::string_view name = text.substr(i + 1, equals - i - 1);
        const bool pair = equals < text.size() && text[equals] == '=' && is_name(name);
        const Secrecy secrecy = pair ? secrecy_of(name) : Secrecy::none;
        std::size_t next = equals;
        if (secrecy != Secrecy::none) {
            next = end_of_value(text, equals + 1, text[i]);
            if (!is_harmless(secrecy, text.substr(equals + 1, next - equals - 1), false))
                rewrite.hide(equals + 1, next);
        }
        i = text.find_first_of(starts, next);
    }
    return rewrite.take();
}

std::string without_listed_pairs(std::string_view text) {
    return without_pairs(text, "?&;,:");
}

/// The closing quote of a JSON string that begins at `from`; npos: none.
std::size_t end_of_string(std::string_view text, std::size_t from) {
    for (std::size_t i = from; i < text.size(); ++i)
        if (text[i] == '\\')
            ++i;
        else if (text[i] == '"')
            return i;
    return npos;
}

/// "\"name\": \"value\"".
std::string without_json_values(std::string_view text) {
    Rewrite rewrite(text);
    for (std::size_t open = text.find('"'); open != npos;) {
        const std::size_t close = end_of_string(text, open + 1);
        if (close == npos)
            break;
        const std::string_view name = text.substr(open + 1, close - open - 1);
        const std::size_t colon = end_of(" \t\r\n", text, close + 1);
        const std::size_t value =
            colon < text.size() && text[colon] == ':' ? end_of(" \t\r\n", text, colon + 1) : text.size();
        if (value == text.size() || text[value] != '"') {
            open = text.find('"', close + 1);
            continue;
        }
        const std::size_t end = std::min(end_of_string(text, value + 1), text.size());
        const Secrecy secrecy = is_name(name) ? secrecy_of(name) : Secrecy::none;
        if (secrecy != Secrecy::none && !is_harmless(secrecy, text.substr(value + 1, end - value - 1), false))
            rewrite.hide(value + 1, end);
        open = end < text.size() ? text.find('"', end + 1) : npos;
    }
    return rewrite.take();
}

bool is_mixed(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return c >= 'a' && c <= 'z'; }) &&
           std::ranges::any_of(text, [](char c) { return c >= 'A' && c <= 'Z'; }) &&
           std::ranges::any_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// A key's id of AWS: four letters, and sixteen capitals or digits.
bool is_aws_id(std::string_view word) {
    return word.size() == 20 && (word.starts_with("AKIA") || word.starts_with("ASIA")) &&
           std::ranges::all_of(word, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

/// The end of a JSON web token that begins at `begin`, three parts of base64; `begin` if it is none.
std::size_t end_of_jwt(std::string_view text, std::size_t begin) {
    constexpr std::size_t least_part = 8;
    if (!text.substr(begin).starts_with("eyJ"))
        return begin;
    const std::size_t head = end_of(token_characters, text, begin);
    if (head - begin < least_part || head >= text.size() || text[head] != '.')
        return begin;
    const std::size_t body = end_of(token_characters, text, head + 1);
    if (body - head <= least_part || body >= text.size() || text[body] != '.')
        return begin;
    return end_of(token_characters, text, body + 1);
}

/// The end of the token that begins at `begin`; `begin` if none does.
std::size_t end_of_token(std::string_view text, std::size_t begin) {
    if (const std::size_t end = end_of_jwt(text, begin); end != begin)
        return end;
    const std::string_view word = text.substr(begin, end_of(token_characters, text, begin) - begin);
    if (is_aws_id(word))
        return begin + word.size();
    for (const Shape &shape : shapes)
        if (word.starts_with(shape.start) && word.size() >= shape.start.size() + shape.least &&
            (!shape.mixed || is_mixed(word.substr(shape.start.size()))))
            return begin + word.size();
    return begin;
}

std::string without_tokens(std::string_view text) {
    Rewrite rewrite(text);
    for (std::size_t i = text.find_first_of(letters_and_digits); i != npos;) {
        const std::size_t token = end_of_token(text, i);
        if (token != i)
            rewrite.hide(i, token);
        const std::size_t next = token != i ? token : end_of(token_characters, text, i);
        i = text.find_first_of(letters_and_digits, next);
    }
    return rewrite.take();
}

} // namespace

std::string redacted_text(std::string text) {
    for (std::string (*step)(std::string_view) :
         {without_pem, without_url_passwords, without_listed_pairs, without_json_values, without_tokens})
        text = step(text);
    return text;
}

std::string redacted_output(std::string_view text) {
    std::string redacted = without_pairs(redacted_text("\n" + std::string(text)), " \t\n");
    return redacted.substr(1);
}

std::string redacted_credentials(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == npos || colon + 1 == text.size() || text.find("://") != npos)
        return std::string(text);
    return std::string(text.substr(0, colon + 1)).append(redaction);
}

} // namespace unwedge::recording
