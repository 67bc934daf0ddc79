// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/stat.h"

#include "procfs/number.h"

#include <array>
#include <optional>

namespace unwedge::procfs {

namespace {

// Fields behind the comm, counted from the state; proc(5) counts from 1 at the pid.
constexpr std::size_t ppid_field = 1;
constexpr std::size_t pgrp_field = 2;
constexpr std::size_t session_field = 3;
constexpr std::size_t flags_field = 6;
constexpr std::size_t utime_field = 11;
constexpr std::size_t stime_field = 12;
constexpr std::size_t cutime_field = 13;
constexpr std::size_t cstime_field = 14;
constexpr std::size_t num_threads_field = 17;
constexpr std::size_t starttime_field = 19;
constexpr std::uint64_t fork_no_exec = 0x40; // include/linux/sched.h
constexpr std::uint64_t is_kernel_thread = 0x200000;
constexpr std::size_t processor_field = 36;
constexpr std::size_t field_count = processor_field + 1;

} // namespace

Result<Stat> parse_stat(std::string_view text) {
    const Error malformed{"a stat file is malformed or cut off"};
    const auto open = text.find('(');
    const auto close = text.rfind(')');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open)
        return malformed;

    std::string_view rest = text.substr(close + 1);
    std::array<std::string_view, field_count> fields;
    for (auto &field : fields)
        field = next_word(rest);
    // The last field wanted is never the last of the line: without a blank behind it, it may be cut off.
    if (fields[0].size() != 1 || rest.empty())
        return malformed;

    bool complete = true;
    const auto number = [&](std::size_t field) {
        const auto value = parse_number<std::uint64_t>(fields[field]);
        complete = complete && value;
        return value.value_or(0);
    };
    Stat stat;
    stat.comm = text.substr(open + 1, close - open - 1);
    stat.state = fields[0][0];
    const std::uint64_t flags = number(flags_field);
    stat.forked = (flags & fork_no_exec) != 0;
    stat.kernel_thread = (flags & is_kernel_thread) != 0;
    stat.utime = number(utime_field);
    stat.stime = number(stime_field);
    stat.cutime = number(cutime_field);
    stat.cstime = number(cstime_field);
    stat.num_threads = number(num_threads_field);
    stat.starttime = number(starttime_field);
    stat.cpu = static_cast<int>(number(processor_field));
    const auto pid = [&](std::size_t field) {
        const auto value = parse_number<facts::Pid>(fields[field]);
        complete = complete && value;
        return value.value_or(0);
    };
    stat.ppid = pid(ppid_field);
    stat.pgrp = pid(pgrp_field);
    stat.session = pid(session_field);
    if (!complete || stat.ppid < 0)
        return malformed;
    return stat;
}

} // namespace unwedge::procfs
