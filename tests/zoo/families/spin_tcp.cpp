// SPDX-License-Identifier: GPL-2.0-only
//
// A loop that spins: its thread waits on the CPU for a flag that nobody sets.
//
// Story: a spin lock whose holder went away, a retry without a back-off. Seen from outside: the child's only
// thread is in no system call and uses a CPU, its end is armed, unread > 0, and nothing is ever consumed.

#include <atomic>

#include "zoo.h"

namespace {

void play_child(int channel) {
    const zoo::Loop loop{channel};
    loop.answer_turns(channel);
    loop.park();
    const std::atomic<bool> released{false};
    while (!released.load(std::memory_order_acquire)) {
    }
}

void play_parent(int channel, pid_t child) {
    zoo::converse(channel);
    zoo::send_messages(channel, {zoo::turns});
    const auto is_wedged = [=, parent = ::getpid()] {
        return zoo::syscall_of(child) == zoo::running && zoo::peer_has_unread(channel) &&
               zoo::parks(zoo::syscall_of(parent));
    };
    const zoo::Truth truth{"spinning_loop", "tcp"};
    std::thread{zoo::announce_once, "spin_tcp", is_wedged, zoo::announcement("spin_tcp", truth, child)}
        .detach();
    zoo::Loop{channel}.park();
}

} // namespace

int main(int argc, char **argv) {
    return zoo::play(argc, argv, zoo::tcp_channel, {play_child, play_parent});
}
