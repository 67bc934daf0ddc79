// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "session/identity.h"

#include <optional>
#include <vector>

namespace unwedge::session {

/// The effective identity of this process is another one for as long as this lives; the same as ever for
/// nullopt.
class AsUser {
  public:
    explicit AsUser(const std::optional<Identity> &identity);
    AsUser(const AsUser &) = delete;
    AsUser &operator=(const AsUser &) = delete;
    ~AsUser();

    bool ok() const { return ok_; } ///< if not, errno says why

  private:
    bool changed_;
    bool ok_ = true;
    std::vector<gid_t> groups_;
};

} // namespace unwedge::session
