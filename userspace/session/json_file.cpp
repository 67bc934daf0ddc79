// SPDX-License-Identifier: GPL-2.0-only
#include "session/json_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace unwedge::session {
namespace {

/// The effective identity of this process is another one for as long as this lives.
class AsUser {
  public:
    explicit AsUser(const std::optional<Identity> &identity) : changed_(identity.has_value()) {
        if (!changed_)
            return;
        groups_.resize(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
        ::getgroups(static_cast<int>(groups_.size()), groups_.data());
        ok_ = ::setgroups(identity->groups.size(), identity->groups.data()) == 0 &&
              ::setegid(identity->gid) == 0 && ::seteuid(identity->uid) == 0;
    }
    AsUser(const AsUser &) = delete;
    AsUser &operator=(const AsUser &) = delete;
    ~AsUser() {
        // The way back is open: the real and saved ids are still root's.
        if (changed_ &&
            (::seteuid(::getuid()) || ::setegid(::getgid()) || ::setgroups(groups_.size(), groups_.data())))
            ::_exit(125);
    }
    bool ok() const { return ok_; }

  private:
    bool changed_;
    bool ok_ = true;
    std::vector<gid_t> groups_;
};

} // namespace

Result<JsonFile> JsonFile::open(const std::string &path, const std::optional<Identity> &owner) {
    const AsUser as_user(owner);
    if (!as_user.ok())
        return errno_error("becoming the user that the command runs as", errno);
    Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0644));
    if (!fd)
        return errno_error(fmt::format("--json: cannot write '{}'", path), errno);
    return JsonFile(path, std::move(fd));
}

Result<void> JsonFile::write(std::string_view text) const {
    // What is no regular file (a pipe, /dev/stdout) can't be cut, and need not be.
    if (::ftruncate(fd_.get(), 0) && errno != EINVAL)
        return errno_error(fmt::format("--json: cannot write '{}'", path_), errno);
    while (!text.empty()) {
        const ssize_t written = ::write(fd_.get(), text.data(), text.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return errno_error(fmt::format("--json: cannot write '{}'", path_), errno);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

} // namespace unwedge::session
