// SPDX-License-Identifier: GPL-2.0-only
#include "session/recording_file.h"

#include "util/clock.h"
#include "util/fd.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <string_view>

namespace unwedge::session {
namespace {

constexpr std::string_view ending = ".unwedge";
constexpr std::string_view sqlite_begins_with = "SQLite format 3";

Error refused(const std::string &path, int code) {
    return errno_error(fmt::format("cannot write '{}'", path), code);
}

/// 20260131T120000Z: sorts by time, and is a name everywhere.
std::string name_by_time() {
    std::string at = wall_clock_now();
    std::erase_if(at, [](char one) { return one == '-' || one == ':'; });
    return fmt::format("unwedge-{}Z-{}{}", at.substr(0, at.find('.')), ::getpid(), ending);
}

bool is_replaceable(const std::string &path) {
    const Fd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat found {};
    if (!file || ::fstat(file.get(), &found) || !S_ISREG(found.st_mode))
        return false;
    std::array<char, sqlite_begins_with.size()> begin{};
    const ssize_t got = ::read(file.get(), begin.data(), begin.size());
    return got == 0 || std::string_view(begin.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))) ==
                           sqlite_begins_with;
}

} // namespace

Result<RecordingPlace> recording_place(const std::string &target, const std::optional<Identity> &owner) {
    const bool is_file = target.ends_with(ending);
    std::filesystem::path folder = target;
    if (is_file)
        folder = folder.parent_path();
    if (folder.empty())
        folder = ".";
    struct stat found {};
    if (::stat(folder.c_str(), &found))
        return refused(target, errno);
    if (!S_ISDIR(found.st_mode))
        return Error{fmt::format("'{}' is neither a folder nor ends in '{}'", target, ending), ENOTDIR};
    RecordingPlace place{is_file ? target : (folder / name_by_time()).lexically_normal().string(), owner};
    if (!owner && ::geteuid() == 0 && found.st_uid != 0)
        place.rights = Identity{.uid = found.st_uid, .gid = found.st_gid, .groups = {found.st_gid}};
    return place;
}

std::string numbered(const std::string &path, int number) {
    return fmt::format("{}-{}{}", path.substr(0, path.size() - ending.size()), number, ending);
}

Result<void> make_recording_file(const std::string &path) {
    constexpr mode_t only_its_owner = 0600;
    const auto make = [&path] {
        return Fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, only_its_owner));
    };
    if (make())
        return {};
    if (errno != EEXIST)
        return refused(path, errno);
    if (!is_replaceable(path))
        return Error{fmt::format("'{}' is there already, and is no recording", path), EEXIST};
    remove_recording_file(path);
    return make() ? Result<void>() : refused(path, errno);
}

void remove_recording_file(const std::string &path) {
    for (const char *beside : {"", "-wal", "-shm", "-journal"})
        ::unlink((path + beside).c_str());
}

} // namespace unwedge::session
