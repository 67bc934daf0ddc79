// SPDX-License-Identifier: GPL-2.0-only
#include "session/create_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <optional>
#include <utility>

namespace unwedge::session {
namespace {

constexpr int for_writing = O_WRONLY | O_CLOEXEC | O_NOCTTY;
constexpr mode_t mode_of_new_file = 0644;

Error error_of(int code) {
    return {std::strerror(code), code};
}

/// Where the last name of a path is to be looked up.
struct Place {
    Fd folder;
    std::string name;
    bool kernels_link = false; ///< as /proc/self/fd/1 is: its text is no path
};

/// The name before the first slash of `path`, which keeps what comes after.
std::string take_name(std::string &path) {
    const std::size_t slash = path.find('/');
    std::string name = path.substr(0, slash);
    const std::size_t next = slash == std::string::npos ? slash : path.find_first_not_of('/', slash);
    path = next == std::string::npos ? "" : path.substr(next);
    return name;
}

/// Walks a path name by name, as the kernel does, and stops before the last one.
class Walk {
  public:
    explicit Walk(std::string path) : rest_(std::move(path)) { begin(); }

    Result<Place> run() {
        constexpr int most_links = 40; // MAXSYMLINKS, include/linux/namei.h
        for (int links = 0; links <= most_links;) {
            const std::string name = take_name(rest_);
            Fd next(::openat(at_.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
            struct stat found {};
            if (!next && errno == ENOENT && rest_.empty() && !name.empty())
                return Place{std::move(at_), name};
            if (!next || ::fstat(next.get(), &found))
                return error_of(errno);
            if (!S_ISLNK(found.st_mode)) {
                if (rest_.empty())
                    return Place{std::move(at_), name};
                at_ = std::move(next);
                continue;
            }
            if (found.st_uid != 0)
                return Error{
                    fmt::format("root does not follow '{}', a symbolic link of user {}", name, found.st_uid),
                    ELOOP};
            if (is_kernels(next)) {
                if (rest_.empty())
                    return Place{std::move(at_), name, true};
                at_ = Fd(::openat(at_.get(), name.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
                continue;
            }
            if (const int failed = follow(next))
                return error_of(failed);
            ++links;
        }
        return error_of(ELOOP);
    }

  private:
    void begin() {
        if (!rest_.starts_with('/') && at_)
            return;
        at_ = Fd(::open(rest_.starts_with('/') ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
        rest_.erase(0, rest_.find_first_not_of('/'));
    }

    static bool is_kernels(const Fd &link) {
        struct statfs place {};
        return ::fstatfs(link.get(), &place) == 0 && place.f_type == PROC_SUPER_MAGIC;
    }

    int follow(const Fd &link) {
        std::array<char, PATH_MAX> target{};
        const ssize_t length = ::readlinkat(link.get(), "", target.data(), target.size());
        if (length < 0)
            return errno;
        rest_ =
            std::string(target.data(), static_cast<std::size_t>(length)) + (rest_.empty() ? "" : "/" + rest_);
        begin();
        return 0;
    }

    Fd at_;
    std::string rest_; ///< names that are still to be walked
};

/// What keeps root from writing to a file that was there before, if something does.
std::optional<Error> distrust(const Fd &file, const Fd &folder) {
    struct stat found {};
    struct stat around {};
    if (::fstat(file.get(), &found) || ::fstat(folder.get(), &around))
        return error_of(errno);
    if (S_ISCHR(found.st_mode)) // a terminal belongs to who sits there, and nobody else can make one
        return std::nullopt;
    if (found.st_uid != 0 && found.st_uid != around.st_uid)
        return Error{fmt::format("user {} has put it into a folder of user {}", found.st_uid, around.st_uid),
                     EPERM};
    if (found.st_uid == 0 && around.st_uid != 0 && found.st_nlink > 1)
        return Error{fmt::format("a file of root's that user {} may have linked here", around.st_uid), EPERM};
    return std::nullopt;
}

Result<Fd> create_as_root(const std::string &path) {
    Result<Place> place = Walk(path).run();
    if (!place)
        return place.error();
    const auto open = [&](int how) {
        return Fd(::openat(place->folder.get(), place->name.c_str(), for_writing | how, mode_of_new_file));
    };
    if (Fd made = open(O_CREAT | O_EXCL))
        return made;
    if (errno != EEXIST)
        return error_of(errno);
    Fd file = open(place->kernels_link ? 0 : O_NOFOLLOW);
    if (!file)
        return error_of(errno);
    if (place->kernels_link)
        return file;
    if (std::optional<Error> doubt = distrust(file, place->folder))
        return *std::move(doubt);
    return file;
}

} // namespace

Result<Fd> create_file(const std::string &path) {
    if (::geteuid() == 0)
        return create_as_root(path);
    Fd file(::open(path.c_str(), for_writing | O_CREAT, mode_of_new_file));
    return file ? Result<Fd>(std::move(file)) : error_of(errno);
}

} // namespace unwedge::session
