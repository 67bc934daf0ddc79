// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <optional>
#include <string_view>

namespace unwedge::procfs {

/// Whether a process has a handler for a signal that others send to tell it something (SIGTERM, SIGHUP,
/// SIGUSR1, SIGUSR2, SIGCHLD, SIGCONT, SIGALRM, those of real time), by its `status` (proc_pid_status(5),
/// "SigCgt"); nullopt: the text does not tell. A handler of SIGINT or of a crash is none of these: runtimes
/// have such for every program.
std::optional<bool> listens_to_signals(std::string_view status);

} // namespace unwedge::procfs
