// SPDX-License-Identifier: GPL-2.0-only
#include "session/output_tap.h"

#include "session/as_user.h"
#include "session/output_relay.h"
#include "util/pidfd.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <new>
#include <string>
#include <utility>

namespace unwedge::session {
namespace {

using namespace std::chrono_literals;
using recording::Stream;

constexpr Nanos between_news = 1s;

struct stat status_of(int fd) {
    struct stat found {};
    ::fstat(fd, &found);
    return found;
}

bool are_the_same(const struct stat &one, const struct stat &other) {
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

int fd_of(Stream stream) {
    return stream == Stream::standard_error ? STDERR_FILENO : STDOUT_FILENO;
}

/// What the command prints from now on begins there.
off_t place_of(int fd, const struct stat &file) {
    const bool appends = ::fcntl(fd, F_GETFL) & O_APPEND;
    return appends ? file.st_size : std::max<off_t>(0, ::lseek(fd, 0, SEEK_CUR));
}

/// With the rights of `identity`: a descriptor to write to is none to read from.
Fd opened_to_read(int fd, const std::optional<Identity> &identity) {
    const AsUser as_user(identity);
    if (!as_user.ok())
        return {};
    const std::string path = "/proc/self/fd/" + std::to_string(fd);
    return Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
}

recording::Output tail_of(Stream stream, const Fd &file, off_t begin) {
    const off_t size = status_of(file.get()).st_size;
    const auto most = static_cast<off_t>(OutputRing::capacity);
    begin = std::min(begin, size); // it may have been truncated since
    const off_t from = std::max(begin, size - most);
    std::string text(static_cast<std::size_t>(size - from), '\0');
    const ssize_t got = ::pread(file.get(), text.data(), text.size(), from);
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, got)));
    return {stream, static_cast<std::uint64_t>(from - begin), std::move(text)};
}

} // namespace

void OutputTap::Unmap::operator()(OutputRing *ring) const {
    ::munmap(ring, sizeof(OutputRing));
}

Result<OutputTap> OutputTap::open(const std::optional<Identity> &identity) {
    const bool is_one = are_the_same(status_of(STDOUT_FILENO), status_of(STDERR_FILENO));
    OutputTap tap;
    if (Result<void> done = tap.take(is_one ? Stream::both : Stream::standard_output, identity); !done)
        return done.error();
    if (!is_one)
        if (Result<void> done = tap.take(Stream::standard_error, identity); !done)
            return done.error();
    if (Result<void> done = tap.start(); !done)
        return done.error();
    return tap;
}

Result<void> OutputTap::take(Stream stream, const std::optional<Identity> &identity) {
    const int fd = fd_of(stream);
    const struct stat found = status_of(fd);
    if (S_ISREG(found.st_mode)) {
        if (Fd file = opened_to_read(fd, identity))
            files_.push_back({stream, std::move(file), place_of(fd, found)});
        return {};
    }
    if (!S_ISFIFO(found.st_mode))
        return {};
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC))
        return errno_error("pipe", errno);
    const std::size_t place = fd == STDERR_FILENO ? 1 : 0;
    readers_.at(place) = Fd(pipe[0]);
    writers_.at(place) = Fd(pipe[1]);
    one_pipe_ = stream == Stream::both;
    // Or /dev/stdout could not be opened.
    if (identity && ::fchown(pipe[1], identity->uid, identity->gid))
        return errno_error("fchown of a pipe", errno);
    return {};
}

Result<void> OutputTap::start() {
    std::vector<RelayedStream> streams;
    for (std::size_t i = 0; i < readers_.size(); ++i)
        if (readers_.at(i))
            streams.push_back({readers_.at(i).get(), i == 0 ? STDOUT_FILENO : STDERR_FILENO});
    if (streams.empty())
        return {};
    if (streams.size() == 1 && !one_pipe_)
        relayed_ = readers_[0] ? Stream::standard_output : Stream::standard_error;
    void *shared =
        ::mmap(nullptr, sizeof(OutputRing), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return errno_error("shared memory for the command's output", errno);
    ring_.reset(new (shared) OutputRing);
    const Result<pid_t> relay = start_relay(streams, *ring_);
    if (!relay)
        return relay.error();
    relay_ = *relay;
    for (Fd &reader : readers_)
        reader.reset();
    return {};
}

OutputTap::~OutputTap() {
    if (relay_)
        ::waitpid(*relay_, nullptr, WNOHANG | __WCLONE);
}

std::array<int, 2> OutputTap::streams() const {
    return {writers_[0].get(), (one_pipe_ ? writers_[0] : writers_[1]).get()};
}

void OutputTap::hand_over() {
    for (Fd &writer : writers_)
        writer.reset();
}

std::uint64_t OutputTap::total() const {
    std::uint64_t bytes = ring_ ? ring_->total() : 0;
    for (const File &file : files_)
        bytes += static_cast<std::uint64_t>(status_of(file.fd.get()).st_size);
    return bytes;
}

std::vector<recording::Output> OutputTap::tails() const {
    std::vector<recording::Output> tails;
    tails.reserve(files_.size() + 1);
    for (const File &file : files_)
        tails.push_back(tail_of(file.stream, file.fd, file.begin));
    if (ring_) {
        OutputRing::Tail tail = ring_->tail();
        tails.push_back({relayed_, tail.before, std::move(tail.text)});
    }
    return tails;
}

std::vector<recording::Output> OutputTap::news(Nanos now) {
    if (now - told_at_ < between_news)
        return {};
    told_at_ = now;
    const std::uint64_t so_far = total();
    if (std::exchange(told_, so_far) == so_far)
        return {};
    return tails();
}

void OutputTap::await_end(Nanos at_most) const {
    if (!relay_)
        return;
    const Fd pidfd = open_pidfd(*relay_);
    pollfd ended{pidfd.get(), POLLIN, 0};
    ::poll(&ended, 1, static_cast<int>(at_most / 1ms));
}

} // namespace unwedge::session
