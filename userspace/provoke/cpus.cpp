// SPDX-License-Identifier: GPL-2.0-only
#include "provoke/cpus.h"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>

namespace unwedge::provoke {
namespace {

constexpr std::size_t cpus_of_a_set = CPU_SETSIZE;
/// One cpu_set_t is too small for the largest machines, and the kernel refuses to tell less than it has.
using Mask = std::array<cpu_set_t, most_cpus / cpus_of_a_set>;

std::optional<int> parse_cpu(std::string_view text) {
    int cpu = -1;
    const char *end = text.data() + text.size();
    const auto [next, error] = std::from_chars(text.data(), end, cpu);
    const bool good = error == std::errc() && next == end && cpu >= 0 && cpu < most_cpus;
    return good ? std::optional(cpu) : std::nullopt;
}

} // namespace

std::optional<Cpus> parse_cpus(std::string_view text) {
    Cpus cpus;
    for (bool more = true; more;) {
        const std::size_t plus = text.find('+');
        const std::string_view range = text.substr(0, plus);
        const std::size_t dash = range.find('-');
        const std::optional<int> first = parse_cpu(range.substr(0, dash));
        const std::optional<int> last =
            dash == std::string_view::npos ? first : parse_cpu(range.substr(dash + 1));
        if (!first || !last || *first > *last)
            return std::nullopt;
        for (int cpu = *first; cpu <= *last; ++cpu)
            cpus.push_back(cpu);
        more = plus != std::string_view::npos;
        text = more ? text.substr(plus + 1) : "";
    }
    std::ranges::sort(cpus);
    const auto again = std::ranges::unique(cpus);
    cpus.erase(again.begin(), again.end());
    return cpus;
}

std::string cpus_text(const Cpus &cpus) {
    std::string text;
    for (std::size_t i = 0; i < cpus.size();) {
        std::size_t last = i;
        while (last + 1 < cpus.size() && cpus[last + 1] == cpus[last] + 1)
            ++last;
        text += fmt::format("{}{}", text.empty() ? "" : "+", cpus[i]);
        if (last > i)
            text += fmt::format("-{}", cpus[last]);
        i = last + 1;
    }
    return text;
}

Cpus allowed_cpus() {
    Mask mask{};
    Cpus cpus;
    if (::sched_getaffinity(0, sizeof(mask), mask.data()))
        return cpus;
    for (int cpu = 0; cpu < most_cpus; ++cpu)
        if (CPU_ISSET_S(static_cast<std::size_t>(cpu), sizeof(mask), mask.data()))
            cpus.push_back(cpu);
    return cpus;
}

int run_on(pid_t tid, const Cpus &cpus) {
    Mask mask{};
    for (const int cpu : cpus)
        CPU_SET_S(static_cast<std::size_t>(cpu), sizeof(mask), mask.data());
    return ::sched_setaffinity(tid, sizeof(mask), mask.data()) ? errno : 0;
}

} // namespace unwedge::provoke
