// SPDX-License-Identifier: GPL-2.0-only
#pragma once

namespace unwedge::kernel {

/// Sends what libbpf has to say to the log, as info: what fails is told in our own words.
void log_libbpf();

} // namespace unwedge::kernel
