// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/proc.h"

#include "procfs/number.h"
#include "util/fd.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <memory>
#include <optional>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace unwedge::procfs {

namespace {

constexpr std::size_t first_read = 4096; // most files of /proc are shorter
constexpr std::size_t max_arguments = 16'384;

struct CloseFolder {
    void operator()(DIR *folder) const { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

/// Takes the descriptor; nullptr, and errno stays, where there is none.
DIR *open_folder(int fd) {
    DIR *folder = fd < 0 ? nullptr : ::fdopendir(fd);
    if (fd >= 0 && !folder)
        ::close(fd);
    return folder;
}

/// Splits a cmdline at its NULs. The last argument may lack its NUL (setproctitle, or cut at the limit).
std::vector<std::string> split_arguments(std::string_view text) {
    std::vector<std::string> arguments;
    while (!text.empty() && arguments.size() < max_arguments) {
        const auto end = std::min(text.find('\0'), text.size());
        arguments.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    const auto last = std::find_if(arguments.rbegin(), arguments.rend(),
                                   [](const std::string &argument) { return !argument.empty(); });
    if (last - arguments.rbegin() > 1)
        arguments.erase(last.base(), arguments.end());
    return arguments;
}

} // namespace

Proc::Proc(std::string root)
    : root_(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)), name_(std::move(root)) {}

/// `path` as errors tell it.
std::string Proc::full(std::string_view path) const {
    return fmt::format("{}/{}", name_, path);
}

int Proc::open(std::string_view path, int flags) const {
    return ::openat(root_.get(), std::string(path).c_str(), flags | O_CLOEXEC);
}

Error Proc::read_error(const std::string &path, int code) const {
    Error error = errno_error("can't read " + path, code);
    if (is_shortage(error))
        ++std::atomic_ref(shortages_); // several threads may read
    if (code == EACCES || code == EPERM)
        error.message += "; run unwedge as root or as the user of that process";
    return error;
}

/// Where the link `name` in the folder `folder` points; `full` names it in an error.
Result<std::string> Proc::link_at(int folder, const std::string &name, const std::string &full) const {
    std::array<char, PATH_MAX> target;
    const ssize_t length = ::readlinkat(folder, name.c_str(), target.data(), target.size());
    if (length < 0)
        return read_error(full, errno);
    return std::string(target.data(), static_cast<std::size_t>(length));
}

/// The names in an open folder that are numbers from 0 up.
Result<std::vector<int>> Proc::numbers_in(DIR *folder, const std::string &path) const {
    std::vector<int> numbers;
    for (;;) {
        errno = 0;
        const dirent *entry = ::readdir(folder);
        if (!entry)
            break;
        const auto number = parse_number<int>(entry->d_name);
        if (number && *number >= 0)
            numbers.push_back(*number);
    }
    // A process that goes while it is listed must not look like one with few threads or descriptors.
    if (errno != 0)
        return read_error(path, errno);
    return numbers;
}

Result<std::string> Proc::read_text(std::string_view path, std::size_t limit) const {
    return read(path, limit, Reads::until_end);
}

Result<std::string> Proc::read_piece(std::string_view path, std::size_t limit) const {
    return read(path, limit, Reads::until_short);
}

Result<std::string> Proc::read(std::string_view path, std::size_t limit, Reads reads) const {
    const Fd file(open(path, O_RDONLY));
    if (!file)
        return read_error(full(path), errno);
    std::string text(std::min(limit, first_read), '\0');
    std::size_t filled = 0;
    while (filled < limit) {
        if (filled == text.size())
            text.resize(std::min(limit, 2 * text.size()));
        const std::size_t room = text.size() - filled;
        const ssize_t got = ::read(file.get(), text.data() + filled, room);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return read_error(full(path), errno);
        if (got == 0)
            break;
        filled += static_cast<std::size_t>(got);
        if (reads == Reads::until_short && static_cast<std::size_t>(got) < room)
            break;
    }
    text.resize(filled);
    return text;
}

Result<File> Proc::open_file(std::string_view path) const {
    struct stat before {};
    struct stat after {};
    const Fd there(open(path, O_PATH));
    if (!there || ::fstat(there.get(), &before) != 0)
        return read_error(full(path), errno);
    if (!S_ISREG(before.st_mode))
        return errno_error("can't read " + full(path), ENOTSUP);
    // O_NONBLOCK: should a fifo have taken its place, it does not hang.
    Fd file(open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY));
    if (!file || ::fstat(file.get(), &after) != 0)
        return read_error(full(path), errno);
    if (after.st_dev != before.st_dev || after.st_ino != before.st_ino)
        return errno_error("can't read " + full(path), ESTALE);
    return File{std::move(file), after.st_ino};
}

Result<std::string> Proc::read_link(std::string_view path) const {
    return link_at(root_.get(), std::string(path), full(path));
}

Result<std::vector<std::string>> Proc::argv(Pid pid, std::size_t limit) const {
    const auto text = read_text(fmt::format("{}/cmdline", pid), limit);
    if (!text)
        return text.error();
    return split_arguments(*text);
}

Result<std::string> Proc::comm(Pid pid) const {
    auto text = read_text(fmt::format("{}/comm", pid));
    if (text && text->ends_with('\n'))
        text->pop_back();
    return text;
}

Result<std::map<int, std::string>> Proc::fd_targets(Pid pid) const {
    const std::string path = full(fmt::format("{}/fd", pid));
    const Folder folder(open_folder(open(fmt::format("{}/fd", pid), O_RDONLY | O_DIRECTORY)));
    if (!folder)
        return read_error(path, errno);
    const auto fds = numbers_in(folder.get(), path);
    if (!fds)
        return fds.error();
    std::map<int, std::string> targets;
    for (const int fd : *fds) {
        // Relative to the open folder: a walk from the root for each costs a quarter more.
        auto target = link_at(::dirfd(folder.get()), std::to_string(fd), path);
        if (target)
            targets.emplace(fd, *std::move(target));
        else if (target.error().code != ENOENT) // ENOENT: closed since it was listed
            return target.error();
    }
    return targets;
}

Result<std::string> Proc::fd_target(Pid pid, int fd) const {
    return read_link(fmt::format("{}/fd/{}", pid, fd));
}

/// The permissions of the link, not of the file, tell it (proc_pid_fd(5)).
Result<Proc::Access> Proc::fd_access(Pid pid, int fd) const {
    const std::string path = fmt::format("{}/fd/{}", pid, fd);
    struct stat link {};
    if (::fstatat(root_.get(), path.c_str(), &link, AT_SYMLINK_NOFOLLOW) != 0)
        return read_error(full(path), errno);
    return Access{.reading = (link.st_mode & S_IRUSR) != 0, .writing = (link.st_mode & S_IWUSR) != 0};
}

Result<Fd> Proc::open_namespace(Pid pid, std::string_view type) const {
    const std::string path = fmt::format("{}/ns/{}", pid, type);
    Fd file(open(path, O_RDONLY));
    if (!file)
        return read_error(full(path), errno);
    return file;
}

Result<std::vector<Pid>> Proc::pids() const {
    const Folder folder(open_folder(open(".", O_RDONLY | O_DIRECTORY)));
    if (!folder)
        return read_error(name_, errno);
    auto pids = numbers_in(folder.get(), name_);
    if (pids)
        std::sort(pids->begin(), pids->end());
    return pids;
}

Result<std::vector<Pid>> Proc::threads(Pid pid) const {
    const std::string path = full(fmt::format("{}/task", pid));
    const Folder folder(open_folder(open(fmt::format("{}/task", pid), O_RDONLY | O_DIRECTORY)));
    if (!folder)
        return read_error(path, errno);
    auto tids = numbers_in(folder.get(), path);
    if (!tids)
        return tids;
    std::sort(tids->begin(), tids->end());
    // Once pids have wrapped, the main thread's number need not be the lowest.
    const auto main = std::find(tids->begin(), tids->end(), pid);
    if (main != tids->end())
        std::rotate(tids->begin(), main, main + 1);
    return tids;
}

Result<Stat> Proc::stat(Pid pid) const {
    const auto text = read_piece(fmt::format("{}/stat", pid));
    return text ? parse_stat(*text) : text.error();
}

Result<Stat> Proc::stat(Pid pid, Pid tid) const {
    const auto text = read_piece(fmt::format("{}/task/{}/stat", pid, tid));
    return text ? parse_stat(*text) : text.error();
}

Result<SyscallFrame> Proc::syscall(Pid pid, Pid tid) const {
    const auto text = read_piece(fmt::format("{}/task/{}/syscall", pid, tid));
    return text ? parse_syscall(*text) : text.error();
}

} // namespace unwedge::procfs
