// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/result.h"

#include <filesystem>
#include <string_view>

namespace unwedge::session {

/// A temporary folder that only its maker can enter; it and all in it go with the object.
class PrivateFolder {
  public:
    static Result<PrivateFolder> make();
    PrivateFolder(PrivateFolder &&other) noexcept;
    PrivateFolder &operator=(PrivateFolder &&) = delete;
    ~PrivateFolder();

    /// Makes the file `name` in it, with `text` for its maker's eyes only. Returns where it lies.
    Result<std::string> write(std::string_view name, std::string_view text) const;

  private:
    explicit PrivateFolder(std::filesystem::path path) : path_(std::move(path)) {}

    std::filesystem::path path_; ///< empty: moved from
};

} // namespace unwedge::session
