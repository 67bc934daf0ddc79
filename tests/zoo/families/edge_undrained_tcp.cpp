// SPDX-License-Identifier: GPL-2.0-only
//
// An edge-triggered loop that reads one message per event; two came in one piece.
//
// Story: EPOLLET, and a handler that does not read until EAGAIN: it works until two messages arrive at once.
// Seen from outside: the child is parked without a timeout, its end registered with EPOLLET and armed,
// unread > 0: the event was taken, the data was not. Nothing but a third message would wake it.

#include "zoo.h"

namespace {

void play_child(int channel) {
    const zoo::Loop loop{channel, EPOLLIN | EPOLLET};
    loop.answer_turns(channel);
    for (;;) {
        loop.park();
        zoo::send_messages(channel, {zoo::receive_message(channel)});
    }
}

void play_parent(int channel, pid_t child) {
    zoo::converse(channel);
    zoo::send_messages(channel, {zoo::turns, zoo::turns + 1});
    zoo::receive_message(channel);
    const auto is_wedged = [=, parent = ::getpid()] {
        return zoo::parks(zoo::syscall_of(child)) && zoo::peer_has_unread(channel) &&
               zoo::parks(zoo::syscall_of(parent));
    };
    const zoo::Truth truth{"missed_edge", "tcp"};
    std::thread{zoo::announce_once, "edge_undrained_tcp", is_wedged,
                zoo::announcement("edge_undrained_tcp", truth, child)}
        .detach();
    zoo::Loop{channel}.park();
}

} // namespace

int main(int argc, char **argv) {
    return zoo::play(argc, argv, zoo::tcp_channel, {play_child, play_parent});
}
