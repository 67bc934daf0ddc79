// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"
#include "session/signals.h"
#include "util/clock.h"
#include "util/fd.h"
#include "util/result.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace unwedge::gate {

/// How a command is to be run once: by `unwedge run`, in a process of its own, with nothing to read.
struct Order {
    std::vector<std::string> argv;                                ///< not empty
    std::string folder;                                           ///< where; empty: here
    std::vector<std::pair<std::string, std::string>> environment; ///< added to ours
    std::optional<Nanos> timeout;                                 ///< > 0; nullopt: none
    Nanos kill_after = std::chrono::seconds(10);                  ///< between SIGTERM and SIGKILL
    std::vector<std::string> run_options;                         ///< further ones of `unwedge run`
    /// What its files begin with: BASE.json (the diagnosis), BASE.log (what it printed), and, after a hang or
    /// while something is suspected, BASE.unwedge (the recording).
    std::string base;
    bool captures = true; ///< false: it prints where we do, and there is no BASE.log
};

enum class Ending {
    passed,      ///< exit status 0
    failed,      ///< any other end of its own
    hung,        ///< ended at the timeout or for a wedge, by unwedge or by a timeout(1) of its own (124, 143)
    broken,      ///< it could not be run, or not be watched: 125, 126, 127
    interrupted, ///< ended because we were asked to
    skipped,     ///< by what its suite takes for "skipped"; never what finish() says
};

std::string_view name(Ending ending);

/// What an exit status of `unwedge run` says of its command: "exit status 3", "ended by SIGSEGV".
std::string status_text(int status);

/// Who stood wedged at the end.
struct Culprit {
    std::string kind;
    std::string actor; ///< its name; untrusted
    std::string fingerprint;
    bool operator==(const Culprit &) const = default;
};

/// How it went.
struct Attempt {
    Ending ending = Ending::broken;
    int status = 0; ///< exit status of `unwedge run`; 128 + N: it was itself ended by signal N
    Nanos length{};
    std::string summary;            ///< of the diagnosis, one line; empty: there is none
    std::vector<Culprit> culprits;  ///< each fingerprint once, the worst first
    std::vector<std::string> unmet; ///< expectations that did not hold, or could not be told
    std::string recording;          ///< where it lies; empty: none was kept
    std::string log;                ///< where what it printed lies; empty: it was not captured
    std::size_t left_behind = 0;    ///< processes that outlived it, and were ended
};

/// An attempt that runs.
class RunningAttempt {
  public:
    /// `signals`: what the child puts back. The child leads a process group: a Ctrl-C is ours to pass on. It
    /// gets SIGTERM should this process die.
    static Result<RunningAttempt> start(Order order, const session::Signals &signals);
    RunningAttempt(RunningAttempt &&) noexcept = default;
    RunningAttempt &operator=(RunningAttempt &&) noexcept = default;

    facts::Pid pid() const { return pid_; }
    const Fd &pidfd() const { return pidfd_; } ///< readable once it has ended
    /// Asks the command to end; what then happens counts as interrupted.
    void interrupt();
    /// Ends `unwedge run` at once; its tree is left to end_leftovers().
    void kill() const;
    /// Once it has ended: reaps it and reads what it left.
    Attempt finish();

  private:
    RunningAttempt(Order order, facts::Pid pid, Fd pidfd)
        : order_(std::move(order)), pid_(pid), pidfd_(std::move(pidfd)), began_(monotonic_now()) {}

    Order order_;
    facts::Pid pid_;
    Fd pidfd_;
    Nanos began_;
    bool interrupted_ = false;
};

} // namespace unwedge::gate
