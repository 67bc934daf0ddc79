// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/stack.h"
#include "procfs/proc.h"
#include "util/fd.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace unwedge::stacks {

/// A child that runs sitter.cpp, killed and reaped at the end.
class Sitter {
  public:
    explicit Sitter(const char *program, const char *call) {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0)
            throw std::runtime_error("no pipe");
        output_ = Fd(ends[0]);
        const Fd into(ends[1]);
        pid_ = ::fork();
        if (pid_ == 0) {
            ::dup2(into.get(), STDOUT_FILENO);
            ::execl(program, program, call, nullptr);
            ::_exit(127);
        }
        if (std::sscanf(line(30'000).c_str(), "ready %d", &tid_) != 1)
            throw std::runtime_error("it does not start");
    }
    Sitter(const Sitter &) = delete;
    Sitter &operator=(const Sitter &) = delete;
    ~Sitter() { end(); }

    facts::Pid pid() const { return pid_; }
    facts::Pid tid() const { return tid_; } ///< of the thread that sits
    void end() {
        if (pid_ <= 0)
            return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = 0;
    }

    /// Waits until the thread is in that state ('S', 'T', …), and for longer than it takes to get there.
    bool settles_in(char state) const {
        for (int i = 0; i < 10'000; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
            const auto stat = procfs::Proc().stat(pid_, tid_);
            if (stat && stat->state == state)
                return true;
        }
        return false;
    }

    /// What it says next; "" if that is nothing for so long.
    std::string line(int milliseconds) {
        std::string text;
        pollfd readable{output_.get(), POLLIN, 0};
        char byte = 0;
        while (::poll(&readable, 1, milliseconds) == 1 && ::read(output_.get(), &byte, 1) == 1 &&
               byte != '\n')
            text += byte;
        return text;
    }

  private:
    facts::Pid pid_ = 0;
    facts::Pid tid_ = 0;
    Fd output_;
};

inline const facts::Frame *frame_of(const std::vector<facts::Frame> &frames, const std::string &function) {
    const auto found = std::find_if(frames.begin(), frames.end(), [&](const facts::Frame &frame) {
        return frame.function.find(function) != std::string::npos;
    });
    return found == frames.end() ? nullptr : &*found;
}

} // namespace unwedge::stacks
