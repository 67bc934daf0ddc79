// SPDX-License-Identifier: GPL-2.0-only
//
// What the cases on io_uring share: a ring, by which messages are read and answered.
#pragma once

#include "zoo.h"

#include <liburing.h>

namespace zoo {

class Ring {
  public:
    Ring() { succeed(::io_uring_queue_init(8, &ring_, 0), "io_uring_queue_init"); }
    Ring(const Ring &) = delete;
    Ring &operator=(const Ring &) = delete;
    ~Ring() { ::io_uring_queue_exit(&ring_); }

    /// Has the kernel read what comes next.
    void ask_to_read(int fd, void *to, unsigned size) {
        io_uring_sqe *entry = ::io_uring_get_sqe(&ring_);
        ::io_uring_prep_read(entry, fd, to, size, 0);
        succeed(::io_uring_submit(&ring_), "io_uring_submit");
    }

    /// Waits, without a timer, until something that was asked for is done; how many bytes were read.
    int park() {
        io_uring_cqe *done = nullptr;
        int result = 0;
        do {
            result = ::io_uring_wait_cqe(&ring_, &done);
        } while (result == -EINTR);
        succeed(result, "io_uring_wait_cqe");
        result = done->res;
        ::io_uring_cqe_seen(&ring_, done);
        return succeed(result, "read");
    }

  private:
    /// What liburing returns is an error's number itself.
    static int succeed(int result, const char *what) {
        if (result < 0) {
            throw std::system_error(-result, std::generic_category(), what);
        }
        return result;
    }

    io_uring ring_{};
};

/// The answering side of a conversation, `times` requests long.
inline void answer_by_ring(Ring &ring, int channel, int times) {
    for (int turn = 0; turn < times; ++turn) {
        pid_t message = 0;
        ring.ask_to_read(channel, &message, sizeof message);
        if (ring.park() != sizeof message) {
            throw PeerClosed{};
        }
        send_messages(channel, {message});
    }
}

} // namespace zoo
