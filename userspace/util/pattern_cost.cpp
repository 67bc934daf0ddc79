// SPDX-License-Identifier: GPL-2.0-only
#include "util/pattern_cost.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace unwedge {
namespace {

// Both take glibc less than a second and 100 MB.
constexpr std::size_t longest_expression = 4096;
constexpr std::uint64_t most_repeated = 1024;

bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

/// A bound of an interval, no greater than matters; 0 where there is none.
std::uint64_t bound(std::string_view digits) {
    std::uint64_t number = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc::result_out_of_range ? most_repeated + 1 : std::min(number, most_repeated + 1);
}

/// Walks over an expression and counts what it is made of once all is written out. It need not be a valid
/// one.
class Walk {
  public:
    explicit Walk(std::string_view expression) : rest_(expression) {}

    bool done() const { return rest_.empty(); }
    void step();
    /// What is wrong with what it has come by so far; "" if nothing is.
    std::string_view problem() const { return problem_; }

  private:
    /// A group that is open: all that it consists of, and how much of that is its last part, which may yet be
    /// repeated. Can these match nothing at all?
    struct Group {
        std::uint64_t all = 0;
        std::uint64_t last = 0;
        bool last_empty = true;
        bool rest_empty = true;    ///< this branch without the last part
        bool branch_empty = false; ///< one of the branches before

        bool can_be_empty() const { return branch_empty || (rest_empty && last_empty); }
    };

    void escape();
    void bracket();
    void interval();
    void branch();
    void close();
    void part(std::uint64_t size, bool can_be_empty);
    void repeat(std::uint64_t least, std::uint64_t times);

    std::string_view rest_;
    std::vector<Group> groups_{{}};
    std::uint64_t repeated_ = 0; ///< how many parts repetitions have added
    std::string_view problem_;
};

void Walk::step() {
    const char character = rest_.front();
    rest_.remove_prefix(1);
    switch (character) {
    case '\\': return escape();
    case '[': return bracket();
    case '(': return groups_.push_back({});
    case ')': return close();
    case '{': return interval();
    case '|': return branch();
    case '+': return repeat(1, 2);
    case '*':
    case '?': return repeat(0, 1);
    case '^':
    case '$': return part(1, true);
    default: return part(1, false);
    }
}

void Walk::escape() {
    if (rest_.empty())
        return;
    if (is_digit(rest_.front()) && rest_.front() != '0')
        problem_ = "extended ones have no back-references";
    constexpr std::string_view places = "bB<>`'"; // GNU's: they match between characters
    part(1, places.find(rest_.front()) != std::string_view::npos);
    rest_.remove_prefix(1);
}

/// "[^]a-z[:alpha:]]": a ']' that stands first, or ends a class, doesn't end the bracket.
void Walk::bracket() {
    std::size_t at = rest_.starts_with('^') ? 1 : 0;
    if (rest_.substr(at).starts_with(']'))
        ++at;
    while (at < rest_.size() && rest_[at] != ']') {
        const std::string_view inner = rest_.substr(at, 2);
        const bool is_class = inner == "[:" || inner == "[." || inner == "[=";
        const std::size_t end =
            is_class ? rest_.find(std::string{inner[1], ']'}, at + 2) : std::string_view::npos;
        at = end == std::string_view::npos ? at + 1 : end + 2;
    }
    rest_.remove_prefix(std::min(at + 1, rest_.size()));
    part(1, false);
}

/// "{2}", "{2,}", "{,3}", "{2,3}"; what is no interval is text.
void Walk::interval() {
    const std::size_t end = rest_.find_first_not_of("0123456789,");
    if (end == std::string_view::npos || rest_[end] != '}')
        return part(1, false);
    const std::string_view bounds = rest_.substr(0, end);
    const std::uint64_t least = bound(bounds.substr(0, bounds.find(',')));
    const std::uint64_t most = bound(bounds.substr(bounds.find(',') + 1)); // npos + 1 is 0: the same
    rest_.remove_prefix(end + 1);
    repeat(least, std::max(least, most) + 1); // "{2,}" is one more, with a star
}

void Walk::branch() {
    Group &group = groups_.back();
    group = {.all = group.all + 1, .branch_empty = group.can_be_empty()};
}

void Walk::close() {
    if (groups_.size() == 1) // it opened nowhere
        return part(1, false);
    const Group closed = groups_.back();
    groups_.pop_back();
    part(closed.all + 1, closed.can_be_empty());
}

void Walk::part(std::uint64_t size, bool can_be_empty) {
    Group &group = groups_.back();
    group.all += size;
    group.last = size;
    group.rest_empty = group.rest_empty && group.last_empty;
    group.last_empty = can_be_empty;
}

void Walk::repeat(std::uint64_t least, std::uint64_t times) {
    Group &group = groups_.back();
    if (group.last == 0) // nothing to repeat: regcomp() says so
        return;
    if (group.last_empty)
        problem_ = "it repeats what can be empty";
    const std::uint64_t more = group.last * (times - 1);
    group.all += more;
    group.last += more;
    group.last_empty = group.last_empty || least == 0;
    repeated_ += more;
    if (repeated_ > most_repeated)
        problem_ = "its repetitions make too much of it";
}

} // namespace

Result<void> check_cost(std::string_view expression) {
    if (expression.size() > longest_expression)
        return Error{fmt::format("it is longer than {} bytes", longest_expression)};
    for (Walk walk(expression); !walk.done();) {
        walk.step();
        if (!walk.problem().empty())
            return Error{std::string(walk.problem())};
    }
    return {};
}

} // namespace unwedge
