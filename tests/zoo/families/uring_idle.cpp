// SPDX-License-Identifier: GPL-2.0-only
//
// A server on io_uring that is asked something now and then.
//
// Story: a proxy or a database that reads by io_uring, with little to do. Seen from outside: the child waits
// in io_uring_enter without a timeout; its end is in no epoll set and nobody is blocked in a read of it: the
// kernel has been asked to read it. Nothing is unread.

#include "uring.h"

#include <limits>

namespace {

void play_child(int channel) {
    zoo::Ring ring;
    zoo::answer_by_ring(ring, channel, std::numeric_limits<int>::max());
}

void play_parent(int channel, pid_t child) {
    zoo::converse(channel);
    zoo::ask_until_end("uring_idle", "tcp", channel, child);
}

} // namespace

int main(int argc, char **argv) {
    return zoo::play(argc, argv, zoo::tcp_channel, {play_child, play_parent});
}
