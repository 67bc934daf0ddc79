// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace unwedge::procfs {

/// A /proc tree in a temporary folder, gone with the object.
class FakeProc {
  public:
    FakeProc() {
        std::string pattern = std::filesystem::temp_directory_path() / "unwedge-proc-XXXXXX";
        if (!::mkdtemp(pattern.data()))
            throw std::runtime_error("no temporary folder");
        root_ = pattern;
    }
    FakeProc(const FakeProc &) = delete;
    FakeProc &operator=(const FakeProc &) = delete;
    ~FakeProc() {
        std::error_code ignored;
        std::filesystem::remove_all(root_, ignored);
    }

    std::string root() const { return root_; }

    void file(const std::string &path, std::string_view text) const {
        make_parent(path);
        std::ofstream(root_ / path, std::ios::binary) << text;
    }

    void link(const std::string &path, const std::string &target) const {
        make_parent(path);
        std::filesystem::create_symlink(target, root_ / path);
    }

    void folder(const std::string &path) const { std::filesystem::create_directories(root_ / path); }

  private:
    void make_parent(const std::string &path) const {
        std::filesystem::create_directories((root_ / path).parent_path());
    }

    std::filesystem::path root_;
};

} // namespace unwedge::procfs
