// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "session/identity.h"
#include "util/fd.h"
#include "util/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace unwedge::session {

/// A file that an option names. Opened before anything else is done, with the rights of `owner`, so that a
/// wrong path is an error at once and a file made under sudo belongs to the user.
class OutputFile {
  public:
    /// `option`: what Errors begin with, "--json".
    static Result<OutputFile> open(std::string option, const std::string &path,
                                   const std::optional<Identity> &owner);
    /// Replaces what the file holds.
    Result<void> write(std::string_view text) const;

  private:
    OutputFile(std::string option, std::string path, Fd fd)
        : option_(std::move(option)), path_(std::move(path)), fd_(std::move(fd)) {}
    std::string what_failed() const;

    std::string option_;
    std::string path_;
    Fd fd_;
};

/// The one of --json; nullopt if none was asked for.
Result<std::optional<OutputFile>> open_json(const std::optional<std::string> &path,
                                            const std::optional<Identity> &owner);

} // namespace unwedge::session
