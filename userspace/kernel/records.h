// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "abi.h"
#include "facts/model.h"
#include "facts/sockets.h"

#include <array>
#include <cstdint>
#include <vector>

namespace unwedge::kernel {

/// One thread as the kernel tells it; what it waits for is still to be decoded from its system call.
struct ThreadFacts {
    facts::Pid pid = 0;
    facts::Pid ppid = 0;
    facts::Pid host_tid = 0;
    long syscall = -1;
    std::array<std::uint64_t, 6> arguments{};
    facts::Thread thread;
};

ThreadFacts thread_facts(const uw_thread_record &record);

/// CPU time of the process whose threads these are, with the threads that ended and the children it waited
/// for.
Nanos cpu_of_all(const std::vector<uw_thread_record> &threads);

/// The same and what it waited for one, as a facts::CpuReading has it.
Nanos cpu_wanted_by_all(const std::vector<uw_thread_record> &threads);

/// How often they have come off a CPU.
std::uint64_t switches_of_all(const std::vector<uw_thread_record> &threads);

/// Whether a timer of that process runs that ends in a signal; nullopt: not known.
std::optional<bool> alarms_of(const std::vector<uw_thread_record> &threads);

/// When that process started, CLOCK_MONOTONIC; zero if its main thread is not among these.
Nanos start_of(const std::vector<uw_thread_record> &threads);

/// What has been counted since the trace began.
struct Counted {
    bool receives = false;
    bool sends = false;
    bool from_the_start = true; ///< of the ends: none was there before; else no message proves nothing
};

/// What facts::connect() makes channels of; UNIX sockets that were closed are left out.
std::vector<facts::Socket> sockets_of(const std::vector<uw_end_record> &records, Counted counted);

/// What each end's receives had waited, into `ends`.
void add_delays(const std::vector<uw_delay_record> &records, std::map<facts::EndId, facts::End> &ends);

} // namespace unwedge::kernel
