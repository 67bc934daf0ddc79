// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"
#include "util/clock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace unwedge::facts {

/// A line of a program's source, as its debug information tells it: untrusted bytes.
struct SourceLine {
    std::string file;
    int line = 0;
};

/// One call on a thread's stack in user space. All names are untrusted bytes.
struct Frame {
    std::string function;      ///< demangled; "" if unknown
    std::string module;        ///< path of the mapped file, or "[vdso]"; "" where none is mapped
    std::uint64_t address = 0; ///< in the process; of a caller: within the call, not where it returns to
    std::uint64_t offset = 0;  ///< the same as the module's file counts (what addr2line takes)
    std::optional<SourceLine> source;
};

/// What a thread was executing at one instant, innermost call first.
struct ThreadStack {
    Pid pid = 0;
    Pid tid = 0;
    std::optional<std::vector<std::string>> kernel; ///< functions; nullopt: it could not be read
    std::optional<std::vector<Frame>> user;         ///< nullopt: it could not be read
    Nanos stopped_for{};                            ///< how long it was held for this; 0: it was not
    std::string error;                              ///< what is missing and why, for people; "" if nothing is
};

} // namespace unwedge::facts
