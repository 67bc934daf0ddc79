// SPDX-License-Identifier: GPL-2.0-only
#include "stacks/reader.h"

#include "util/fd.h"
#include "util/units.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <exception>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace unwedge::stacks {

namespace {

constexpr rlim_t most_memory = rlim_t{2} << 30;
constexpr rlim_t most_cpu_s = 5;
constexpr std::size_t most_bytes = std::size_t{64} << 20;

/// A child, killed and reaped at the latest at the end.
class Child {
  public:
    explicit Child(pid_t pid) : pid_(pid) {}
    Child(const Child &) = delete;
    Child &operator=(const Child &) = delete;
    ~Child() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            wait();
        }
    }

    /// As wait(2) tells it; 0 where another one has reaped it.
    int wait() {
        int status = 0;
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        pid_ = 0;
        return status;
    }

  private:
    pid_t pid_;
};

void limit(int resource, rlim_t most) {
    const rlimit both{most, most};
    ::setrlimit(static_cast<__rlimit_resource>(resource), &both);
}

void confine(pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent)
        ::_exit(1);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, most_cpu_s);
#ifndef __SANITIZE_ADDRESS__ // which reserves terabytes
    limit(RLIMIT_AS, most_memory);
#endif
}

void write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR)
            ::_exit(1);
        bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
    }
}

/// Up to the end of file; false if that did not come in time.
bool read_all(int fd, Nanos deadline, std::string &bytes) {
    std::array<char, 65536> chunk;
    while (bytes.size() < most_bytes) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - monotonic_now());
        pollfd readable{fd, POLLIN, 0};
        const int ready = left.count() > 0 ? ::poll(&readable, 1, static_cast<int>(left.count())) : 0;
        if (ready == 0)
            return false;
        const ssize_t got = ready > 0 ? ::read(fd, chunk.data(), chunk.size()) : -1;
        if (got == 0)
            return true;
        if (got < 0 && errno != EINTR)
            return false;
        bytes.append(chunk.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    }
    return false;
}

} // namespace

Result<Reading> read_apart(const std::function<void(const Writer &)> &task, Nanos patience) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return errno_error("can't make a pipe", errno);
    const Fd from(ends[0]);
    Fd into(ends[1]);
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid < 0)
        return errno_error("can't fork", errno);
    if (pid == 0) {
        confine(parent);
        try {
            task([&](const std::string &bytes) { write_all(into.get(), bytes); });
        } catch (const std::exception &) {
            ::_exit(1);
        }
        ::_exit(0);
    }
    Child child(pid);
    into.reset();
    Reading reading;
    if (!read_all(from.get(), monotonic_now() + patience, reading.bytes))
        reading.trouble = fmt::format("reading it took more than {}", duration_text(patience));
    else if (child.wait() != 0)
        reading.trouble = "reading it failed: its symbols or unwind tables are broken or too large";
    return reading;
}

} // namespace unwedge::stacks
