// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "provoke/spec.h"

#include <sys/types.h>
#include <vector>

namespace unwedge::provoke {

/// Processes of the helper that use CPUs, as long as this lives; the kernel ends them with the helper,
/// however that goes.
class BusyProcesses {
  public:
    BusyProcesses() = default;
    /// `cpus`: where they run; empty: wherever this process may. `nice`: their priority.
    BusyProcesses(unsigned count, const Cpus &cpus, int nice);
    BusyProcesses(BusyProcesses &&) noexcept = default;
    BusyProcesses &operator=(BusyProcesses &&) noexcept;
    ~BusyProcesses() { end(); }

    std::size_t size() const { return pids_.size(); } ///< fewer than asked for where the host has no room

  private:
    void end();

    std::vector<pid_t> pids_;
};

} // namespace unwedge::provoke
