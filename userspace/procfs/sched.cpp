// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/sched.h"

#include "procfs/number.h"
#include "util/own_thread.h"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <limits>

namespace unwedge::procfs {
namespace {

/// A number of nanoseconds that fits in Nanos.
std::optional<Nanos> nanos(std::string_view text) {
    const auto count = parse_number<std::int64_t>(text);
    return count && *count >= 0 ? std::optional(Nanos(*count)) : std::nullopt;
}

/// By how much the clock of `cpu` is ahead of CLOCK_MONOTONIC. Whoever has just come onto a CPU was charged
/// at that moment.
std::optional<Nanos> ahead_on(int cpu, const Proc &proc) {
    cpu_set_t only{};
    CPU_SET(cpu, &only);
    if (::sched_setaffinity(0, sizeof(only), &only) != 0)
        return std::nullopt;
    ::sched_yield();
    const auto text = proc.read_text("thread-self/sched");
    const auto last = text ? parse_last_run(*text) : std::nullopt;
    return last ? std::optional(*last - monotonic_now()) : std::nullopt;
}

} // namespace

Result<SchedStat> parse_schedstat(std::string_view text) {
    const auto cpu = nanos(next_word(text));
    const auto run_delay = nanos(next_word(text));
    const auto turns = parse_number<std::uint64_t>(next_word(text));
    if (!cpu || !run_delay || !turns)
        return Error{"a schedstat file is malformed or cut off"};
    return SchedStat{*cpu, *run_delay, *turns};
}

/// "se.exec_start    :    50135765.326866", in milliseconds with six digits behind the point. A process can
/// name itself so, but its name stands in the first line.
std::optional<Nanos> parse_last_run(std::string_view text) {
    constexpr std::string_view field = "\nse.exec_start ";
    const auto begin = text.find(field);
    if (begin == std::string_view::npos)
        return std::nullopt;
    std::string_view rest = text.substr(begin + field.size());
    if (next_word(rest) != ":")
        return std::nullopt;
    const std::string_view value = next_word(rest);
    const auto point = value.find('.');
    if (point == std::string_view::npos || value.size() - point != std::string_view(".326866").size())
        return std::nullopt;
    constexpr std::int64_t per_millisecond = 1'000'000;
    const auto whole = parse_number<std::int64_t>(value.substr(0, point));
    const auto part = parse_number<std::uint32_t>(value.substr(point + 1));
    const auto most = std::numeric_limits<std::int64_t>::max() / per_millisecond - 1;
    if (!whole || !part || *whole < 0 || *whole > most)
        return std::nullopt;
    return Nanos(*whole * per_millisecond + *part);
}

SleepClock::SleepClock(const Proc &proc) : proc_(proc) {
    // On a thread of its own: where the caller may run stays as it is.
    static_cast<void>(on_own_thread([this] { visit_cpus(); })); // without, nothing can be told
}

void SleepClock::visit_cpus() {
    cpu_set_t allowed{};
    if (::sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
        return;
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
        if (CPU_ISSET(cpu, &allowed))
            if (const std::optional<Nanos> ahead = ahead_on(cpu, proc_))
                ahead_.emplace(cpu, *ahead);
}

std::optional<Nanos> SleepClock::asleep(Pid pid, Pid tid, int cpu, Nanos now) const {
    const auto ahead = ahead_.find(cpu);
    if (ahead == ahead_.end())
        return std::nullopt;
    const auto text = proc_.read_piece(fmt::format("{}/task/{}/sched", pid, tid));
    const auto last = text ? parse_last_run(*text) : std::nullopt;
    return last ? std::optional(std::max(now + ahead->second - *last, Nanos{})) : std::nullopt;
}

} // namespace unwedge::procfs
