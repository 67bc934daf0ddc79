// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/fdinfo.h"

#include "harness.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

namespace unwedge::fuzz {
namespace {

using procfs::EpollEntry;

bool same(const EpollEntry &one, const EpollEntry &other) {
    return one.fd == other.fd && one.events == other.events && one.inode == other.inode;
}

/// As fs/eventpoll.c writes it.
std::string epoll_text(const std::vector<EpollEntry> &entries) {
    std::string text = "pos:\t0\nflags:\t02000002\nmnt_id:\t15\nino:\t1038\n";
    for (const auto &[fd, events, inode] : entries)
        text += fmt::format("tfd: {:8} events: {:8x} data: {:16x}  pos:0 ino:{:x} sdev:8\n", fd, events,
                            inode ^ 0x5555, inode);
    return text;
}

void check_epoll(std::string_view text) {
    const auto whole = procfs::parse_epoll(text);
    if (!whole)
        return;
    require(std::ranges::all_of(*whole, [](const EpollEntry &entry) { return entry.fd >= 0; }),
            "no descriptor is negative");
    require(whole->size() <= static_cast<std::size_t>(std::ranges::count(text, '\n')),
            "a line is one registration at most");
    for (std::size_t length = 1; length < text.size(); ++length) {
        const auto cut = procfs::parse_epoll(text.substr(0, length));
        require(static_cast<bool>(cut) == (text[length - 1] == '\n'),
                "a set that is cut off within a line is none");
        require(!cut || (cut->size() <= whole->size() &&
                         std::ranges::equal(*cut, std::span(*whole).first(cut->size()), same)),
                "a set that is cut off between lines has the first ones");
    }
    const auto again = procfs::parse_epoll(epoll_text(*whole));
    require(again && std::ranges::equal(*again, *whole, same),
            "what was understood is understood as the kernel writes it, too");
}

void check_timerfd(std::string_view text) {
    const auto timer = procfs::parse_timerfd(text);
    const auto left = timer ? timer->remaining : std::nullopt;
    if (left)
        require(*left > Nanos::zero() && *left < Nanos::max(),
                "a timer that runs has some time left, and not for ever");
}

void check_pidfd(std::string_view text) {
    if (const auto pid = procfs::parse_pidfd(text))
        require(*pid > 0, "a process has a number");
}

/// Any file may be taken for any: what a descriptor refers to can change between two reads.
void check(std::string_view input) {
    check_epoll(input);
    check_timerfd(input);
    check_pidfd(input);
}

const Registered registered({.name = "fdinfo", .check = check});

} // namespace
} // namespace unwedge::fuzz
