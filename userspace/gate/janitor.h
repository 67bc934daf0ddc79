// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "session/identity.h"
#include "util/fd.h"
#include "util/result.h"

#include <optional>
#include <string>

namespace unwedge::gate {

/// The variable that all processes of runs have in their environment; its value is the janitor's folder.
constexpr const char *janitor_mark = "UNWEDGE_RUNS";

/// A temporary folder that goes however this process ends, SIGKILL included: a process of its own waits for
/// that, ends whoever still has the folder in the variable `janitor_mark`, and removes it.
class Janitor {
  public:
    /// The folder belongs to `user`, who alone can enter it.
    static Result<Janitor> start(const std::optional<session::Identity> &user);
    Janitor(Janitor &&) noexcept = default;
    Janitor &operator=(Janitor &&) noexcept = default;

    const std::string &folder() const { return folder_; }
    /// Has it done, and waits for that. An Error: something is left.
    Result<void> finish();

  private:
    Janitor(std::string folder, Fd life, Fd done)
        : folder_(std::move(folder)), life_(std::move(life)), done_(std::move(done)) {}

    std::string folder_;
    Fd life_; ///< the janitor begins when nobody holds it any more
    Fd done_; ///< a byte comes when all has gone, else its end
};

} // namespace unwedge::gate
