// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>
#include <vector>

namespace unwedge::facts {

/// A short name for people: the program, or the script that an interpreter runs, and the words that follow
/// it: "worker.py child", "python3 -m pytest" → "pytest", "redis-server". `comm` where argv is empty.
std::string actor_name(const std::vector<std::string> &argv, const std::string &comm);

/// The first part of that: the program, or the script or module that an interpreter runs, without its folder.
/// "" where argv is empty.
std::string program_of(const std::vector<std::string> &argv);

} // namespace unwedge::facts
