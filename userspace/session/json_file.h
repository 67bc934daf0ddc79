// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "session/identity.h"
#include "util/fd.h"
#include "util/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace unwedge::session {

/// The file of --json. Opened before the command starts, with the rights of whom it runs as, so that a wrong
/// path is an error at once and a file made under sudo belongs to the user.
class JsonFile {
  public:
    static Result<JsonFile> open(const std::string &path, const std::optional<Identity> &owner);
    /// Replaces what the file holds.
    Result<void> write(std::string_view text) const;

  private:
    JsonFile(std::string path, Fd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

    std::string path_;
    Fd fd_;
};

/// The one that the user asked for; nullopt if none.
Result<std::optional<JsonFile>> open_json(const std::optional<std::string> &path,
                                          const std::optional<Identity> &owner);

} // namespace unwedge::session
