// SPDX-License-Identifier: GPL-2.0-only
#pragma once

namespace unwedge::session {

/// Exit statuses of `run` by itself, but for the first as timeout(1) and env(1) have them.
constexpr int exit_unexpected = 1;
constexpr int exit_hang = 124;
constexpr int exit_failed = 125;
constexpr int exit_not_executable = 126;
constexpr int exit_not_found = 127;
constexpr int exit_signal_base = 128;

/// Of `attach` and `triage`, which look at what runs already.
constexpr int exit_wedged = 3;
constexpr int exit_look_failed = 1;

} // namespace unwedge::session
