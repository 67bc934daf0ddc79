// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "kernel/privilege.h"

#include <string>
#include <vector>

namespace unwedge::session {

/// What narrows /proc for who lacks these capabilities, each "what: what follows"; both tiers complete their
/// facts from there.
std::vector<std::string> limits_of_proc(const std::vector<kernel::Capability> &missing);

} // namespace unwedge::session
