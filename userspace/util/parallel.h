// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace unwedge {

/// A thread that does `work`; nullopt where no more are allowed.
template <typename Work>
std::optional<std::jthread> try_thread(const Work &work) {
    try {
        return std::jthread(work);
    } catch (const std::system_error &) {
        return std::nullopt;
    }
}

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
    for (unsigned i = 0; i < std::min(helpers, cpus - 1); ++i)
        if (std::optional<std::jthread> helper = try_thread(take_part))
            team.push_back(std::move(*helper));
    take_part();
}

} // namespace unwedge
