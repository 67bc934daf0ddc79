// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/fd.h"
#include "util/result.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace unwedge::session {

/// Makes a folder below that for temporary files ($TMPDIR or /tmp), which only its maker can enter.
/// `pattern`: its name, with XXXXXX at its end for what makes it the only one. Returns where it lies.
Result<std::string> make_temporary_folder(const char *pattern);

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
    PrivateFolder(std::filesystem::path path, Fd folder)
        : path_(std::move(path)), folder_(std::move(folder)) {}

    std::filesystem::path path_; ///< empty: moved from
    Fd folder_;                  ///< whoever owns its parent may have put something else at the path
};

} // namespace unwedge::session
