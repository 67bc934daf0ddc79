// SPDX-License-Identifier: GPL-2.0-only
#include "counter.h"

#include <x86intrin.h>

#include <algorithm>
#include <limits>

namespace unwedge::cost {
namespace {

/// Two instructions each time round.
void loop(std::uint64_t times) {
    asm volatile("1: dec %0\n\tjnz 1b" : "+r"(times) : : "cc");
}

} // namespace

std::uint64_t instructions() {
    return __rdtsc();
}

bool counts_instructions() {
    constexpr int turns = 10;
    constexpr std::uint64_t times = 1000;
    const std::uint64_t once = fewest_of(turns, [] { loop(times); });
    const std::uint64_t twice = fewest_of(turns, [] { loop(2 * times); });
    return twice - once == 2 * times;
}

std::uint64_t fewest_of(int turns, const std::function<void()> &turn) {
    std::uint64_t fewest = std::numeric_limits<std::uint64_t>::max();
    for (int i = 0; i < turns; ++i) {
        const std::uint64_t before = instructions();
        turn();
        fewest = std::min(fewest, instructions() - before);
    }
    return fewest;
}

} // namespace unwedge::cost
