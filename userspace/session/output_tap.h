// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "recording/recording.h"
#include "session/identity.h"
#include "session/output_ring.h"
#include "util/clock.h"
#include "util/fd.h"
#include "util/result.h"

#include <array>
#include <memory>
#include <optional>
#include <sys/types.h>
#include <vector>

namespace unwedge::session {

/// What the command prints last. From files it is read; pipes get a relay in front of them, which passes on
/// what comes; a terminal, a socket or a device is the command's alone, and nothing is known of it.
class OutputTap {
  public:
    OutputTap() = default; ///< knows nothing
    /// For a command that will have this process's stdout and stderr, as user `identity` if there is one.
    static Result<OutputTap> open(const std::optional<Identity> &identity);
    OutputTap(OutputTap &&) noexcept = default;
    OutputTap &operator=(OutputTap &&) noexcept = default;
    ~OutputTap();

    /// What the command is to have for stdout and stderr; -1: this process's.
    std::array<int, 2> streams() const;
    /// The command has them.
    void hand_over();
    std::optional<pid_t> relay() const { return relay_; }

    /// What was printed last, if that is more than was told before, and no more often than once in a second.
    std::vector<recording::Output> news(Nanos now);
    /// The same at any time.
    std::vector<recording::Output> tails() const;
    /// The command has ended: until all that was printed has been passed on, or for so long, as others that
    /// it has left may still print.
    void await_end(Nanos at_most) const;

  private:
    struct File {
        recording::Stream stream;
        Fd fd;
        off_t begin; ///< what was there before is not the command's
    };
    struct Unmap {
        void operator()(OutputRing *ring) const;
    };

    Result<void> take(recording::Stream stream, const std::optional<Identity> &identity);
    Result<void> start();
    std::uint64_t total() const;

    std::vector<File> files_;
    std::array<Fd, 2> writers_; ///< of the pipes that the command gets
    std::array<Fd, 2> readers_;
    bool one_pipe_ = false; ///< for both
    recording::Stream relayed_ = recording::Stream::both;
    std::unique_ptr<OutputRing, Unmap> ring_;
    std::optional<pid_t> relay_;
    std::uint64_t told_ = 0;
    Nanos told_at_{};
};

} // namespace unwedge::session
