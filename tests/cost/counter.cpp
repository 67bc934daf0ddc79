// SPDX-License-Identifier: GPL-2.0-only
#include "counter.h"

#include <x86intrin.h>

#include <algorithm>
#include <vector>

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
    constexpr int turns = 101;
    constexpr std::uint64_t times = 1000;
    const std::uint64_t once = median_of(turns, [] { loop(times); });
    const std::uint64_t twice = median_of(turns, [] { loop(2 * times); });
    return twice - once == 2 * times;
}

std::uint64_t median_of(int turns, const std::function<void()> &turn) {
    // The first ones fault pages in and fill caches.
    for (int i = 0; i < turns / 4; ++i)
        turn();
    std::vector<std::uint64_t> counts(static_cast<std::size_t>(turns));
    for (std::uint64_t &count : counts) {
        const std::uint64_t before = instructions();
        turn();
        count = instructions() - before;
    }
    const auto middle = counts.begin() + turns / 2;
    std::ranges::nth_element(counts, middle);
    return *middle;
}

} // namespace unwedge::cost
