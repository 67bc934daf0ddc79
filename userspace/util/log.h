// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <spdlog/spdlog.h>

namespace unwedge {

/// Sends spdlog's default logger to stderr, a line "unwedge: …" for each message: errors and warnings always,
/// info (what is being done) if `verbose`.
void log_to_stderr(bool verbose);

} // namespace unwedge
