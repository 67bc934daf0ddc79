// SPDX-License-Identifier: GPL-2.0-only
//
// A server on io_uring that did not ask for the next read when the last one was done.
//
// Story: an error path that returns before it submits the read again. Seen from outside: the child waits in
// io_uring_enter without a timeout, for something else; its end is in no epoll set, unread > 0.

#include "uring.h"

namespace {

void play_child(int channel) {
    zoo::Ring ring;
    zoo::answer_by_ring(ring, channel, zoo::turns);
    const zoo::Fd wakeup{zoo::check(::eventfd(0, EFD_CLOEXEC), "eventfd")};
    std::uint64_t count = 0;
    ring.ask_to_read(wakeup.get(), &count, sizeof count);
    ring.park();
}

void play_parent(int channel, pid_t child) {
    zoo::converse(channel);
    zoo::send_messages(channel, {zoo::turns});
    const auto is_wedged = [=, parent = ::getpid()] {
        return zoo::syscall_of(child) == SYS_io_uring_enter && zoo::peer_has_unread(channel) &&
               zoo::parks(zoo::syscall_of(parent));
    };
    const zoo::Truth truth{"stopped_consuming", "tcp"};
    std::thread{zoo::announce_once, "uring_forgotten", is_wedged,
                zoo::announcement("uring_forgotten", truth, child)}
        .detach();
    zoo::Loop{channel}.park();
}

} // namespace

int main(int argc, char **argv) {
    return zoo::play(argc, argv, zoo::tcp_channel, {play_child, play_parent});
}
