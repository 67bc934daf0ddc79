// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>
#include <functional>

namespace unwedge::cost {

/// Instructions that this machine has executed since some time: the time-stamp counter, where `qemu -icount
/// shift=0` emulates the CPU. It counts those of the kernel, of interrupts and of other processes as well.
std::uint64_t instructions();

/// Is that so here? Told by a loop of known length.
bool counts_instructions();

/// Instructions of one call of `turn`: the fewest of `turns` calls, so that no timer interrupt, no page fault
/// and no refill of an allocator is in it.
std::uint64_t fewest_of(int turns, const std::function<void()> &turn);

} // namespace unwedge::cost
