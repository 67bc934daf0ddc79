// SPDX-License-Identifier: GPL-2.0-only
#include "session/identity.h"

#include "util/capabilities.h"

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
            .home = entry.pw_dir,
            .shell = entry.pw_shell};
}

/// A uid without an entry in the user database (containers) still counts.
Identity identity_of(uid_t uid, std::optional<gid_t> gid) {
    if (const passwd *entry = ::getpwuid(uid))
        return identity_of(*entry, gid.value_or(entry->pw_gid));
    const gid_t group = gid.value_or(uid);
    return {.uid = uid, .gid = group, .groups = {group}, .name = "", .home = "/", .shell = ""};
}

void set_or_unset(const char *variable, const std::string &value) {
    if (value.empty())
        ::unsetenv(variable);
    else
        ::setenv(variable, value.c_str(), 1);
}

/// As sudo has set it, it is root's.
void set_environment(const Identity &identity) {
    ::setenv("HOME", identity.home.c_str(), 1);
    if (!identity.name.empty()) {
        ::setenv("USER", identity.name.c_str(), 1);
        ::setenv("LOGNAME", identity.name.c_str(), 1);
    }
    if (identity.uid == 0)
        return;
    set_or_unset("SHELL", identity.shell);
    ::unsetenv("MAIL");
    // It is not run by sudo: who looks at these thinks that it is root, and has to step down.
    for (const char *variable :
         {"SUDO_UID", "SUDO_GID", "SUDO_USER", "SUDO_COMMAND", "SUDO_HOME", "SUDO_TTY"})
        ::unsetenv(variable);
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
    // What setresuid(2) leaves of them depends on securebits, and it leaves the inheritable ones.
    if (int failed = identity.uid == 0 ? 0 : set_own_capabilities({}))
        return failed;
    set_environment(identity);
    return 0;
}

} // namespace unwedge::session
