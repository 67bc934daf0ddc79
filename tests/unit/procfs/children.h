// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"

#include <csignal>
#include <utility>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace unwedge::procfs {

/// Forks a process that ends with this one, even if that is before the child first runs.
inline facts::Pid fork_tied() {
    const facts::Pid parent = ::getpid();
    const facts::Pid child = ::fork();
    if (child == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent)
            ::_exit(0);
    }
    return child;
}

/// What a child does that sleeps for ever.
[[noreturn]] inline void sleep_for_ever() {
    for (;;)
        ::pause();
}

/// In a child: forks one that sleeps for ever.
inline facts::Pid fork_sleeper() {
    const facts::Pid child = fork_tied();
    if (child == 0)
        sleep_for_ever();
    return child;
}

/// A child that runs `body`, killed and reaped at the end.
class Child {
  public:
    explicit Child(void (*body)()) : pid_(fork_tied()) {
        if (pid_ == 0) {
            body();
            ::_exit(0);
        }
    }
    ~Child() { end(); }
    Child(const Child &) = delete;
    Child &operator=(const Child &) = delete;

    facts::Pid pid() const { return pid_; }
    void end() {
        if (const facts::Pid pid = std::exchange(pid_, 0); pid > 0) {
            ::kill(pid, SIGKILL);
            ::waitpid(pid, nullptr, 0);
        }
    }

  private:
    facts::Pid pid_;
};

} // namespace unwedge::procfs
