// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"
#include "procfs/stat.h"
#include "procfs/syscalls.h"
#include "util/fd.h"
#include "util/result.h"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <dirent.h>

namespace unwedge::procfs {

using facts::Pid;

/// An open regular file.
struct File {
    Fd fd;
    std::uint64_t inode = 0;
};

/// Does the caller lack the right to look?
inline bool is_refusal(const Error &error) {
    return error.code == EPERM || error.code == EACCES;
}

/// Reads a /proc tree. Every read may fail because the process has gone: an ordinary Error of code ENOENT or
/// ESRCH. EACCES and EPERM mean that the caller lacks the right to look. All that is read is untrusted bytes.
class Proc {
  public:
    static constexpr std::size_t default_limit = std::size_t{1} << 20;

    /// `root`: where the tree lies; another one than /proc in tests.
    explicit Proc(std::string root = "/proc");

    /// A tree that is known by a descriptor of its root alone; `name` stands for it in errors.
    Proc(Fd root, std::string name) : root_(std::move(root)), name_(std::move(name)) {}

    /// For where there is no tree to trust: nothing can be read.
    static Proc none() { return {Fd(), "proc"}; }

    /// The first `limit` bytes of the file at `path` below the root, as they are.
    Result<std::string> read_text(std::string_view path, std::size_t limit = default_limit) const;

    /// The same of a file that the kernel makes in one piece, as most of those with a few lines: what one
    /// read returns short is all of it, which saves asking for more.
    Result<std::string> read_piece(std::string_view path, std::size_t limit = default_limit) const;

    /// Opens a regular file for reading, following links: map_files/, root/. Code ENOTSUP if it is anything
    /// else, which is not opened.
    Result<File> open_file(std::string_view path) const;

    /// Where the symbolic link at `path` below the root points.
    Result<std::string> read_link(std::string_view path) const;

    /// The arguments as they stand in the process's memory, cut after `limit` bytes or 16,384 arguments; none
    /// for kernel threads and zombies. Two or more empty ones at the end are what setproctitle(3) leaves of
    /// the old arguments, and dropped.
    Result<std::vector<std::string>> argv(Pid pid, std::size_t limit = default_limit) const;

    /// The name of the main thread, at most 15 bytes, any but NUL.
    Result<std::string> comm(Pid pid) const;

    /// Descriptor → what it refers to: "socket:[123]", "pipe:[9]", "anon_inode:[eventpoll]", "/path".
    Result<std::map<int, std::string>> fd_targets(Pid pid) const;

    /// What one descriptor refers to; code ENOENT if it is not open.
    Result<std::string> fd_target(Pid pid, int fd) const;

    /// What a descriptor was opened for.
    struct Access {
        bool reading = false;
        bool writing = false;
    };
    Result<Access> fd_access(Pid pid, int fd) const;

    /// One of its namespaces: "net", "pid", …; for setns(2).
    Result<Fd> open_namespace(Pid pid, std::string_view type) const;

    /// Every process that this tree shows, ascending.
    Result<std::vector<Pid>> pids() const;

    /// Thread ids, the main thread first, then ascending.
    Result<std::vector<Pid>> threads(Pid pid) const;

    /// Of the process: times summed over all its threads, dead ones included.
    Result<Stat> stat(Pid pid) const;

    /// Of one thread: its own times and state.
    Result<Stat> stat(Pid pid, Pid tid) const;

    /// The system call that a thread sleeps in; number -1 if it runs or is not in one.
    Result<SyscallFrame> syscall(Pid pid, Pid tid) const;

    /// How many reads have failed so far because there was no descriptor or no memory for them: what they
    /// were asked for is unknown, and not what it looks like then.
    std::uint64_t shortages() const { return shortages_; }

  private:
    enum class Reads { until_end, until_short };
    Result<std::string> read(std::string_view path, std::size_t limit, Reads reads) const;
    std::string full(std::string_view path) const;
    int open(std::string_view path, int flags) const;
    Error read_error(const std::string &path, int code) const;
    Result<std::string> link_at(int folder, const std::string &name, const std::string &full) const;
    Result<std::vector<int>> numbers_in(DIR *folder, const std::string &path) const;

    Fd root_;
    std::string name_;
    mutable std::uint64_t shortages_ = 0;
};

} // namespace unwedge::procfs
