// SPDX-License-Identifier: GPL-2.0-only
#include "expect/doubles.h"

#include <fmt/format.h>

namespace unwedge::expect {
namespace {

constexpr std::uint64_t fewest = 4;
/// For each that was written three times, or five, so many must have been written twice.
constexpr std::uint64_t times_repeated = 4;

bool is_the_rule(std::uint64_t such, std::uint64_t all) {
    return such >= fewest && such >= all - such;
}

} // namespace

std::optional<std::string> doubling(const facts::Writing &writing) {
    const std::uint64_t all = writing.single + writing.doubled + writing.repeated + writing.bare;
    if (is_the_rule(writing.doubled, all) && writing.doubled >= times_repeated * writing.repeated)
        return fmt::format("wrote {} of {} lines twice", writing.doubled, all);
    if (is_the_rule(writing.bare, all))
        return fmt::format("wrote {} of {} lines a second time, without their prefix", writing.bare, all);
    return std::nullopt;
}

} // namespace unwedge::expect
