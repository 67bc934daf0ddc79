// SPDX-License-Identifier: GPL-2.0-only
//
// A loop that waits for a mutex whose owner, a thread beside it, sleeps for ever.
//
// Story: a helper thread took the lock and then waits for a signal that was already handled. Seen from
// outside: the child's first thread sits in futex without a timeout, its end is armed, unread > 0; a second
// thread sits in pause; glibc's mutex names it in __owner. The truth says so too: "owner".

#include <future>
#include <mutex>

#include "zoo.h"

namespace {

/// Takes `mutex`, tells its thread id, and never lets go.
void hold_for_ever(std::mutex &mutex, std::promise<pid_t> &holds) {
    mutex.lock();
    holds.set_value(::gettid());
    for (;;) {
        ::pause();
    }
}

/// Answers with the thread id of the mutex's owner.
void play_child(int channel) {
    std::mutex mutex;
    std::promise<pid_t> holds;
    std::thread owner{hold_for_ever, std::ref(mutex), std::ref(holds)};
    const zoo::Loop loop{channel};
    loop.answer_turns(channel, holds.get_future().get());
    loop.park();
    mutex.lock();
}

void play_parent(int channel, pid_t child) {
    const pid_t owner = zoo::converse(channel);
    zoo::send_messages(channel, {zoo::turns});
    const auto is_wedged = [=, parent = ::getpid()] {
        return zoo::syscall_of(child) == SYS_futex && zoo::syscall_of(child, owner) == zoo::pause_call &&
               zoo::peer_has_unread(channel) && zoo::parks(zoo::syscall_of(parent));
    };
    const zoo::Truth truth{"blocked_loop", "unix", "lock", owner};
    std::thread{zoo::announce_once, "mutex_owner", is_wedged, zoo::announcement("mutex_owner", truth, child)}
        .detach();
    zoo::Loop{channel}.park();
}

} // namespace

int main(int argc, char **argv) {
    return zoo::play(argc, argv, zoo::unix_channel, {play_child, play_parent});
}
