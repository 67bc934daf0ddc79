// SPDX-License-Identifier: GPL-2.0-only
#include "config/guard.h"

#include <algorithm>

namespace unwedge::config {
namespace {

constexpr std::size_t most_dots = 128; ///< of one line; a header and a key can each have so many
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_quote(char character) {
    return character == '"' || character == '\'';
}

/// Sees quotes only where a rule has them, right behind the first '=' of a line. A line with others is taken
/// to have neither quotes nor comments: where these are, toml++ knows only when it is too late.
class Scan {
  public:
    explicit Scan(std::string_view text) : rest_(text) {
        if (rest_.starts_with(byte_order_mark))
            rest_.remove_prefix(byte_order_mark.size());
    }

    std::optional<TomlProblem> problem();

  private:
    void line();
    void plain(std::string_view text);
    void value();
    void quoted(char quote);
    void quoted_lines(char quote);
    void escape();

    bool at(char character) const { return rest_.starts_with(character); }
    std::string_view skip(std::size_t count);
    /// Up to the first of these, or the end.
    std::string_view skip_to(std::string_view characters) { return skip(rest_.find_first_of(characters)); }

    std::string_view rest_;
    std::size_t line_ = 1;
    std::size_t dots_ = 0;
    std::string_view problem_;
};

std::optional<TomlProblem> Scan::problem() {
    while (!rest_.empty() && problem_.empty())
        line();
    return problem_.empty() ? std::nullopt : std::optional(TomlProblem{line_, problem_});
}

std::string_view Scan::skip(std::size_t count) {
    const std::string_view skipped = rest_.substr(0, count);
    line_ += static_cast<std::size_t>(std::ranges::count(skipped, '\n'));
    rest_.remove_prefix(skipped.size());
    return skipped;
}

/// Each step stops at the line's end, at the latest.
void Scan::line() {
    dots_ = 0;
    plain(skip_to("=#\"'\n"));
    if (at('='))
        value();
    plain(skip_to("#\"'\n"));
    if (at('#'))
        skip_to("\n");
    else
        plain(skip_to("\n"));
    if (problem_.empty())
        skip(1);
}

/// What is neither in quotes nor a comment.
void Scan::plain(std::string_view text) {
    dots_ += static_cast<std::size_t>(std::ranges::count(text, '.'));
    if (dots_ > most_dots)
        problem_ = "there are too many dotted keys";
    if (std::ranges::any_of(text, [](char byte) { return static_cast<unsigned char>(byte) >= 0x80; }))
        problem_ = "only quoted values and comments can have characters beyond ASCII";
}

void Scan::value() {
    skip(1);
    skip(rest_.find_first_not_of(" \t"));
    if (rest_.empty() || !is_quote(rest_.front()))
        return;
    if (rest_.starts_with(R"(""")") || rest_.starts_with("'''"))
        quoted_lines(rest_.front());
    else
        quoted(rest_.front());
}

void Scan::quoted(char quote) {
    skip(1);
    while (!rest_.empty() && !at(quote) && !at('\n'))
        skip(at('\\') && quote == '"' && !rest_.substr(1).starts_with('\n') ? 2 : 1);
    if (at(quote))
        skip(1);
}

/// Between three quotes each. Up to two more can stand before the last three.
void Scan::quoted_lines(char quote) {
    const std::string_view quotes = quote == '"' ? R"(""")" : "'''";
    skip(quotes.size());
    while (!rest_.empty() && !rest_.starts_with(quotes) && problem_.empty()) {
        if (at('\\') && quote == '"')
            escape();
        else
            skip(1);
    }
    skip(std::min(rest_.find_first_not_of(quote), quotes.size() + 2));
}

/// A backslash takes away all blanks behind it; toml++ looks for them until there is something else.
void Scan::escape() {
    skip(1);
    const bool has_blanks = !skip(rest_.find_first_not_of(" \t\r\n")).empty();
    if (!rest_.empty() && static_cast<unsigned char>(rest_.front()) >= 0x80)
        problem_ = "behind a backslash, only ASCII can stand";
    else if (!has_blanks)
        skip(1);
}

} // namespace

std::optional<TomlProblem> find_problem(std::string_view text) {
    return Scan(text).problem();
}

} // namespace unwedge::config
