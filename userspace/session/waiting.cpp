// SPDX-License-Identifier: GPL-2.0-only
#include "session/waiting.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <thread>

namespace unwedge::session {
namespace {

constexpr Nanos longest_nap = std::chrono::milliseconds(50);

} // namespace

void wait_for_news(int other_fd, const Watcher &watcher, Nanos until) {
    using namespace std::chrono_literals;
    std::array<pollfd, 2> fds{{{other_fd, POLLIN, 0}, {watcher.events_fd(), POLLIN, 0}}};
    const Nanos left = std::max(until - monotonic_now(), Nanos{});
    const timespec timeout{.tv_sec = static_cast<time_t>(left / 1s),
                           .tv_nsec = static_cast<long>((left % 1s).count())};
    if (::ppoll(fds.data(), fds.size(), &timeout, nullptr) >= 0 || errno != EINVAL)
        return;
    // The kernel waits for no more descriptors than this process may have open, which were more once.
    std::this_thread::sleep_for(std::min(left, longest_nap));
}

} // namespace unwedge::session
