// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <set>
#include <string>

namespace unwedge::session {

/// Name of this host and release of its kernel, as uname(2) tells them.
struct Host {
    std::string name;
    std::string kernel;
};

Host this_host();

/// The addresses of this host's interfaces, as text.
std::set<std::string> local_addresses();

} // namespace unwedge::session
