// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <system_error>
#include <thread>
#include <vector>

namespace unwedge {

/// Calls `work(i)` for each i below `count`, in no order, by the calling thread and up to `helpers` more: as
/// many as the host has CPUs for and lets be made. `work` must bear being called by several at once, and does
/// not throw.
template <typename Work>
void for_each_index(std::size_t count, unsigned helpers, const Work &work) {
    std::atomic<std::size_t> next = 0;
    const auto take_part = [&] {
        for (std::size_t i = next++; i < count; i = next++)
            work(i);
    };
    std::vector<std::jthread> team; // joined at the end of this scope
    const unsigned cpus = std::max(1U, std::thread::hardware_concurrency());
    try {
        for (unsigned i = 0; i < std::min(helpers, cpus - 1); ++i)
            team.emplace_back(take_part);
    } catch (const std::system_error &) { // no more threads are allowed: those there are do it
    }
    take_part();
}

} // namespace unwedge
