// SPDX-License-Identifier: GPL-2.0-only
#include "profiles/toml_guard.h"

#include <algorithm>

namespace unwedge::profiles {
namespace {

constexpr std::size_t most_dots = 256;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// Walks from token to token. Behind the first error that toml++ will find, it may well be wrong about what
/// is quoted.
class Scan {
  public:
    explicit Scan(std::string_view text) : rest_(text) {
        if (rest_.starts_with(byte_order_mark))
            rest_.remove_prefix(byte_order_mark.size());
    }

    std::optional<TomlProblem> problem();

  private:
    void token();
    void quoted(char quote);
    void quoted_lines(char quote);
    void escape();

    bool at_foreign() const { return !rest_.empty() && static_cast<unsigned char>(rest_.front()) >= 0x80; }
    void skip(std::size_t count);
    /// Up to the first of these.
    void skip_to(std::string_view characters) {
        skip(std::min(rest_.find_first_of(characters), rest_.size()));
    }

    std::string_view rest_;
    std::size_t line_ = 1;
    std::size_t dots_ = 0;
    bool has_foreign_ = false;
};

std::optional<TomlProblem> Scan::problem() {
    while (!rest_.empty()) {
        token();
        if (has_foreign_)
            return TomlProblem{line_,
                               "only ASCII can stand outside of quotes, and behind a backslash in them"};
        if (dots_ > most_dots)
            return TomlProblem{line_, "there are too many dotted keys"};
    }
    return std::nullopt;
}

void Scan::skip(std::size_t count) {
    const std::string_view skipped = rest_.substr(0, count);
    line_ += static_cast<std::size_t>(std::ranges::count(skipped, '\n'));
    rest_.remove_prefix(skipped.size());
}

void Scan::token() {
    has_foreign_ = at_foreign();
    const char character = rest_.front();
    if (has_foreign_)
        return;
    if (character == '#')
        return skip_to("\n\v\f\r");
    if (rest_.starts_with(R"(""")") || rest_.starts_with("'''"))
        return quoted_lines(character);
    if (character == '"' || character == '\'')
        return quoted(character);
    dots_ += character == '.' ? 1 : 0;
    skip(1);
}

/// On one line: its end is the text's, too.
void Scan::quoted(char quote) {
    skip(1);
    while (!rest_.empty() && rest_.front() != quote && rest_.front() != '\n')
        skip(rest_.front() == '\\' && quote == '"' && !rest_.substr(1).starts_with('\n') ? 2 : 1);
    if (rest_.starts_with(quote))
        skip(1);
}

/// Between three quotes each. Up to two more can stand before the last three.
void Scan::quoted_lines(char quote) {
    const std::string_view quotes = quote == '"' ? R"(""")" : "'''";
    skip(quotes.size());
    while (!rest_.empty() && !rest_.starts_with(quotes) && !has_foreign_) {
        if (rest_.front() == '\\' && quote == '"')
            escape();
        else
            skip(1);
    }
    if (!has_foreign_)
        skip(std::min({rest_.find_first_not_of(quote), quotes.size() + 2, rest_.size()}));
}

/// A backslash takes away all blanks behind it; toml++ looks for them until there is something else.
void Scan::escape() {
    skip(1);
    const std::size_t blanks = std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size());
    skip(blanks);
    has_foreign_ = at_foreign();
    if (blanks == 0 && !has_foreign_)
        skip(1);
}

} // namespace

std::optional<TomlProblem> find_problem(std::string_view text) {
    return Scan(text).problem();
}

} // namespace unwedge::profiles
