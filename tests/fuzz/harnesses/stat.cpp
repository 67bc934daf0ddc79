// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/stat.h"

#include "harness.h"

namespace unwedge::fuzz {
namespace {

using procfs::parse_stat;
using procfs::Stat;

bool same(const Stat &one, const Stat &other) {
    return one.comm == other.comm && one.state == other.state && one.ppid == other.ppid &&
           one.pgrp == other.pgrp && one.session == other.session && one.utime == other.utime &&
           one.stime == other.stime && one.cutime == other.cutime && one.cstime == other.cstime &&
           one.num_threads == other.num_threads && one.starttime == other.starttime && one.cpu == other.cpu;
}

/// The input as a file's text.
void check_text(std::string_view text) {
    const auto whole = parse_stat(text);
    if (!whole)
        return;
    require(text.find('(' + whole->comm + ')') != std::string_view::npos, "a comm is part of the text");
    require(whole->ppid >= 0, "no parent has a negative number");
    for (std::size_t length = text.rfind(')') + 1; length < text.size(); ++length) {
        const auto cut = parse_stat(text.substr(0, length));
        require(!cut || same(*cut, *whole), "a text that is cut off tells the same or nothing");
    }
}

/// The input as the name of a process.
void check_comm(std::string_view comm) {
    const std::string text =
        "77 (" + std::string(comm) +
        ") S 1 2 3 4 -1 5 6 7 8 9 10 11 12 13 20 0 14 0 15 16 17 18 0 0 0 0 0 0 0 0 0 0 0 0 0 17 1 0 0\n";
    const auto stat = parse_stat(text);
    require(static_cast<bool>(stat), "whatever the comm, the fields can be read");
    require(stat->comm == comm, "a comm is told as it is");
    require(stat->state == 'S' && stat->ppid == 1 && stat->session == 3 && stat->utime == 10 &&
                stat->cstime == 13 && stat->num_threads == 14 && stat->starttime == 15,
            "a comm has no say in the fields");
}

void check(std::string_view input) {
    check_text(input);
    check_comm(input);
}

const Registered registered({.name = "stat", .check = check});

} // namespace
} // namespace unwedge::fuzz
