// SPDX-License-Identifier: GPL-2.0-only
#include "util/pattern_cost.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace unwedge {
namespace {

// Both take glibc less than a second and 100 MB.
constexpr std::size_t longest_expression = 4096;
constexpr std::uint64_t most_repeated = 1024;

bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

/// Walks over an expression and counts what it is made of once all is written out. It need not be a valid
/// one.
class Walk {
  public:
    explicit Walk(std::string_view expression) : rest_(expression) {}

    void step();
    bool done() const { return rest_.empty(); }
    bool refers_back() const { return refers_back_; }
    /// How many parts repetitions have added so far.
    std::uint64_t repeated() const { return repeated_; }

  private:
    /// Of a group: all that it consists of, and how much of that is its last part, which may yet be repeated.
    struct Group {
        std::uint64_t all = 0;
        std::uint64_t last = 0;
    };

    void escape();
    void bracket();
    void interval();
    void close();
    void part(std::uint64_t size) { groups_.back() = {groups_.back().all + size, size}; }
    void repeat(std::uint64_t times);

    std::string_view rest_;
    std::vector<Group> groups_{{}};
    std::uint64_t repeated_ = 0;
    bool refers_back_ = false;
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
    case '+': return repeat(2);
    case '*':
    case '?': return;
    default: return part(1);
    }
}

void Walk::escape() {
    if (rest_.empty())
        return;
    refers_back_ = refers_back_ || (is_digit(rest_.front()) && rest_.front() != '0');
    rest_.remove_prefix(1);
    part(1);
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
    part(1);
}

/// The greatest number in "{2,3}"; what is no interval is none.
void Walk::interval() {
    const std::size_t end = rest_.find_first_not_of("0123456789,");
    if (end == std::string_view::npos || rest_[end] != '}')
        return part(1);
    std::uint64_t times = 0;
    for (std::string_view left = rest_.substr(0, end); !left.empty();) {
        std::uint64_t number = 0;
        const auto stop = std::from_chars(left.data(), left.data() + left.size(), number);
        times = std::max(times, stop.ec == std::errc::result_out_of_range ? most_repeated : number);
        const auto taken = static_cast<std::size_t>(stop.ptr - left.data());
        left.remove_prefix(std::min(taken + 1, left.size()));
    }
    rest_.remove_prefix(end + 1);
    repeat(std::min(times, most_repeated) + 1); // "{2,}" is one more, with a star
}

void Walk::close() {
    if (groups_.size() == 1) // it opened nowhere
        return part(1);
    const std::uint64_t size = groups_.back().all + 1;
    groups_.pop_back();
    part(size);
}

void Walk::repeat(std::uint64_t times) {
    Group &group = groups_.back();
    const std::uint64_t more = group.last * (times - 1);
    group = {group.all + more, group.last + more};
    repeated_ += more;
}

} // namespace

Result<void> check_cost(std::string_view expression) {
    if (expression.size() > longest_expression)
        return Error{"it is longer than 4096 bytes"};
    for (Walk walk(expression); !walk.done();) {
        walk.step();
        if (walk.refers_back())
            return Error{"extended ones have no back-references"};
        if (walk.repeated() > most_repeated)
            return Error{"its repetitions make too much of it"};
    }
    return {};
}

} // namespace unwedge
