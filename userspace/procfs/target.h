// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"
#include "procfs/fdinfo.h"
#include "util/clock.h"
#include "util/result.h"

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace unwedge::procfs {

/// The process whose waits are decoded, as far as decoding must look beyond the registers.
class Target {
  public:
    Target() = default;
    Target(const Target &) = delete;
    Target &operator=(const Target &) = delete;
    virtual ~Target() = default;

    /// Its memory; may return fewer bytes than asked.
    virtual Result<std::size_t> read(std::uint64_t address, std::span<std::byte> into) = 0;

    /// The registrations of the epoll set behind `fd`; an Error if `fd` is none, or it can't be read.
    virtual Result<std::vector<EpollEntry>> epoll_set(int fd) = 0;

    /// What a descriptor refers to ("socket:[123]"); nullopt if it is not open.
    virtual std::optional<std::string> descriptor(int fd) = 0;

    /// The lowest descriptor that refers to `link`.
    virtual std::optional<int> descriptor_of(std::string_view link) = 0;

    /// The descriptor that refers to `link`, if exactly one does.
    virtual std::optional<int> only_descriptor_of(std::string_view link) = 0;

    /// The timer behind a timerfd.
    virtual std::optional<Timerfd> timerfd(int fd) = 0;

    /// The process behind a pidfd, as numbered here.
    virtual std::optional<facts::Pid> pidfd(int fd) = 0;

    /// Is `tid` one of its threads, and neither dead nor dying?
    virtual bool has_thread(facts::Pid tid) = 0;

    /// Do its pids mean the same here?
    virtual bool shares_pid_namespace() = 0;

    /// A clock's time now; nullopt for clocks that don't run with the wall, or differ from process to
    /// process.
    virtual std::optional<Nanos> clock(clockid_t id) = 0;

    /// The shared mapping that `address` lies in, as facts::Wait::lock_memory tells it.
    virtual std::optional<std::string> shared_memory_at(std::uint64_t address) = 0;

    /// By how much its CLOCK_MONOTONIC is ahead of the kernel's: it may be in a time namespace.
    virtual Nanos monotonic_ahead() { return {}; }
};

/// An object of the target's memory; nullopt if any byte of it can't be read.
template <typename T>
std::optional<T> read_object(Target &target, std::uint64_t address) {
    static_assert(std::is_trivially_copyable_v<T>);
    T object{};
    const auto bytes = std::as_writable_bytes(std::span(&object, 1));
    const auto got = target.read(address, bytes);
    if (!got || *got != bytes.size())
        return std::nullopt;
    return object;
}

/// `count` objects, one behind the other; nullopt if any byte of them can't be read.
template <typename T>
std::optional<std::vector<T>> read_array(Target &target, std::uint64_t address, std::size_t count) {
    static_assert(std::is_trivially_copyable_v<T>);
    std::vector<T> objects(count);
    const auto bytes = std::as_writable_bytes(std::span(objects));
    const auto got = target.read(address, bytes);
    if (!got || *got != bytes.size())
        return std::nullopt;
    return objects;
}

} // namespace unwedge::procfs
