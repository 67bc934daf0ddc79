// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/command_line.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace unwedge::procfs {

std::string command_line(Pid pid, const Proc &proc) {
    constexpr std::size_t longest = 4096;
    const Result<std::vector<std::string>> argv = proc.argv(pid, longest);
    return argv ? fmt::format("{}", fmt::join(*argv, " ")) : std::string();
}

std::vector<Pid> matching(const Pattern &pattern, const ProcessTable &table, const Proc &proc) {
    std::vector<Pid> pids;
    for (const auto &[pid, stat] : table)
        if (const std::string line = command_line(pid, proc); !line.empty() && pattern.matches(line))
            pids.push_back(pid);
    return pids;
}

} // namespace unwedge::procfs
