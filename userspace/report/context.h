// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/verdict.h"
#include "expect/outcome.h"
#include "facts/model.h"
#include "facts/stack.h"
#include "report/trees.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace unwedge::report {

/// The traced command and how it ended.
struct Command {
    std::vector<std::string> argv;
    std::optional<int> exit_code; ///< nullopt while it runs or when a signal ended it
    std::optional<int> exit_signal;
    bool timed_out = false;
};

/// What unwedge itself did to the command, so that what happens rarely happens more often (--provoke).
struct Provoked {
    std::string spec;
    std::uint64_t seed = 0; ///< repeats it
};

/// All that a report is made from; every format reads the same.
struct Context {
    std::string at; ///< ISO 8601, UTC
    std::string host;
    std::string kernel;                       ///< uname -r
    std::string tier;                         ///< "bpf", "procfs"
    std::optional<std::string> level;         ///< "sample", "trace"; null at tier procfs
    std::map<std::string, std::string> hooks; ///< hook → mechanism; empty at tier procfs
    std::optional<Command> command;
    std::optional<Provoked> provoked;
    std::optional<Nanos> watched; ///< for how long, up to this report: nothing is known of before
    facts::Snapshot snapshot;
    diagnosis::Diagnosis diagnosis;
    std::optional<std::map<facts::Pid, facts::ThreadStack>> stacks; ///< by tid; nullopt: not asked for
    std::optional<std::vector<expect::Outcome>> expectations;       ///< nullopt: none, or not judged yet
    std::optional<std::vector<Tree>> trees; ///< to be told of one by one; nullopt: they are one subject
};

} // namespace unwedge::report
