// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>

namespace unwedge {

/// The capability sets of a thread, a bit for each capability's number.
struct Capabilities {
    std::uint64_t effective = 0;
    std::uint64_t permitted = 0;
    std::uint64_t inheritable = 0;

    bool has(int number) const { return (effective >> number & 1) != 0; }
};

/// Those of this thread.
Capabilities own_capabilities();

/// Returns errno, or 0. No more than what is permitted can be had, and what is given up is not permitted any
/// more.
int set_own_capabilities(const Capabilities &capabilities);

} // namespace unwedge
