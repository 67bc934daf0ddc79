// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/syscalls.h"

#include "harness.h"

#include <fmt/format.h>

namespace unwedge::fuzz {
namespace {

using procfs::parse_syscall;

void check(std::string_view text) {
    const auto whole = parse_syscall(text);
    if (!whole)
        return;
    require(whole->number >= -1, "a call has a number from 0 up, or is none");
    require(whole->number != -1 || whole->args == std::array<std::uint64_t, 6>{},
            "what is in no call has no arguments");
    for (std::size_t length = 0; length < text.size(); ++length) {
        const auto cut = parse_syscall(text.substr(0, length));
        require(!cut || (cut->number == whole->number && cut->args == whole->args),
                "a text that is cut off tells the same or nothing");
    }
    const auto &args = whole->args;
    const auto again =
        parse_syscall(fmt::format("{} {:#x} {:#x} {:#x} {:#x} {:#x} {:#x} 0x7ffc0 0x7f1\n", whole->number,
                                  args[0], args[1], args[2], args[3], args[4], args[5]));
    require(again && again->number == whole->number && again->args == args,
            "what was understood is understood as the kernel writes it, too");
}

const Registered registered({.name = "syscall", .check = check});

} // namespace
} // namespace unwedge::fuzz
