// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"
#include "report/context.h"
#include "session/on_wedge.h"
#include "session/private_folder.h"
#include "util/clock.h"
#include "util/result.h"

#include <optional>
#include <string>
#include <vector>

namespace unwedge::session {

/// Where `program` of --on-wedge exec: lies: itself if there is a slash in it, else where it is on PATH. An
/// Error if nothing there can be executed.
Result<std::string> find_program(const std::string &program);

/// The one of --on-wedge; empty where none was asked for.
Result<std::string> hook_program(const OnWedge &asked);

/// What a wedge adds to the program's environment, each "NAME=value". `root`: the command's process; `json`:
/// where the diagnosis lies, empty if it could not be written.
std::vector<std::string> hook_variables(const report::Context &wedge, facts::Pid root,
                                        const std::string &json);

/// The program of --on-wedge exec:PROG. It is run once, beside the event loop; it is no actor of the traced
/// tree, leads a session of its own, reads nothing, and writes to our stderr. It runs as who we are, and has
/// `grace` for it. What it left in its process group ends with it.
class Hook {
  public:
    /// `path`: of the program; empty: there is none.
    Hook(std::string path, Nanos grace) : path_(std::move(path)), grace_(grace) {}
    Hook(const Hook &) = delete;
    Hook &operator=(const Hook &) = delete;
    ~Hook();

    /// There is one, and it has not been started.
    bool is_wanted() const { return !path_.empty() && !started_; }
    /// Once only, whether or not it succeeds.
    Result<void> start(const report::Context &wedge, facts::Pid root, Nanos now);

    bool was_started() const { return started_; }
    bool is_running() const { return deadline_.has_value(); }
    /// While it runs: when its time is over.
    std::optional<Nanos> deadline() const { return deadline_; }
    const std::string &path() const { return path_; }
    /// Of its process, until that is reaped; else 0.
    facts::Pid pid() const { return pid_; }

    /// Kills it if it still runs.
    void end();
    /// Its process has ended: reaps it. What there is to say of it: nothing if all went well, or if end()
    /// was what ended it.
    std::optional<std::string> reap();

  private:
    void kill_group() const;

    std::string path_;
    Nanos grace_;
    bool started_ = false;
    facts::Pid pid_ = 0;
    std::optional<Nanos> deadline_;
    std::optional<PrivateFolder> folder_; ///< of the diagnosis that it is given
};

} // namespace unwedge::session
