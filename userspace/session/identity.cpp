// SPDX-License-Identifier: GPL-2.0-only
#include "session/identity.h"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <string_view>

namespace unwedge::session {
namespace {

std::optional<uid_t> number(std::string_view text) {
    uid_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    // (uid_t)-1 is nobody: setresuid(2) takes it for "stay who you are".
    const bool whole =
        error == std::errc() && end == text.data() + text.size() && value != static_cast<uid_t>(-1);
    return whole ? std::optional(value) : std::nullopt;
}

std::optional<uid_t> number_in_environment(const char *variable) {
    const char *text = std::getenv(variable);
    return text ? number(text) : std::nullopt;
}

std::vector<gid_t> groups_of(const std::string &name, gid_t gid) {
    int count = 64;
    std::vector<gid_t> groups(static_cast<std::size_t>(count));
    // Too small: it says how many there are.
    if (::getgrouplist(name.c_str(), gid, groups.data(), &count) < 0) {
        groups.resize(static_cast<std::size_t>(count));
        ::getgrouplist(name.c_str(), gid, groups.data(), &count);
    }
    groups.resize(static_cast<std::size_t>(count));
    return groups;
}

Identity identity_of(const passwd &entry, gid_t gid) {
    return {.uid = entry.pw_uid,
            .gid = gid,
            .groups = groups_of(entry.pw_name, gid),
            .name = entry.pw_name,
            .home = entry.pw_dir};
}

/// A uid without an entry in the user database (containers) still counts.
Identity identity_of(uid_t uid, std::optional<gid_t> gid) {
    if (const passwd *entry = ::getpwuid(uid))
        return identity_of(*entry, gid.value_or(entry->pw_gid));
    const gid_t group = gid.value_or(uid);
    return {.uid = uid, .gid = group, .groups = {group}, .name = "", .home = "/"};
}

Result<std::optional<Identity>> named_user(const std::string &user) {
    if (::geteuid() != 0)
        return Error{"--user: only root can run a command as somebody else", EPERM};
    if (const passwd *entry = ::getpwnam(user.c_str()))
        return std::optional(identity_of(*entry, entry->pw_gid));
    if (std::optional<uid_t> uid = number(user))
        return std::optional(identity_of(*uid, std::nullopt));
    return Error{fmt::format("--user: there is no user '{}'", user), ENOENT};
}

} // namespace

Result<std::optional<Identity>> command_identity(const std::optional<std::string> &user) {
    if (user)
        return named_user(*user);
    const std::optional<uid_t> uid = number_in_environment("SUDO_UID");
    if (::geteuid() != 0 || !uid || *uid == 0)
        return std::optional<Identity>();
    return std::optional(identity_of(*uid, number_in_environment("SUDO_GID")));
}

int assume(const Identity &identity) {
    if (::setgroups(identity.groups.size(), identity.groups.data()) ||
        ::setresgid(identity.gid, identity.gid, identity.gid) ||
        ::setresuid(identity.uid, identity.uid, identity.uid))
        return errno;
    ::setenv("HOME", identity.home.c_str(), 1);
    if (!identity.name.empty()) {
        ::setenv("USER", identity.name.c_str(), 1);
        ::setenv("LOGNAME", identity.name.c_str(), 1);
    }
    return 0;
}

} // namespace unwedge::session
