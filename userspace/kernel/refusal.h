// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/result.h"

namespace unwedge::kernel {

/// An error if this host keeps BPF from who has the capabilities, which says what does and what can be done:
/// a seccomp filter on bpf(2), a lockdown of the kernel that hides its memory. Found out by trying.
Result<void> require_bpf();

} // namespace unwedge::kernel
