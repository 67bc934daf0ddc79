// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "session/identity.h"
#include "util/capabilities.h"

#include <optional>
#include <vector>

namespace unwedge::session {

/// Has no more rights than the user, for as long as this lives: the effective identity is that of `identity`,
/// and no capability counts. For nullopt it stays who it is; root then stays root.
class AsUser {
  public:
    explicit AsUser(const std::optional<Identity> &identity);
    AsUser(const AsUser &) = delete;
    AsUser &operator=(const AsUser &) = delete;
    ~AsUser();

    bool ok() const { return ok_; } ///< if not, errno says why

  private:
    Capabilities before_;
    bool becomes_;
    bool lends_; ///< rights are given up for a while
    bool ok_ = true;
    std::vector<gid_t> groups_;
};

} // namespace unwedge::session
