// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "recording/recording.h"
#include "util/result.h"

#include <memory>
#include <string>

namespace unwedge::recording {

/// Writes a recording as things happen: one SQLite file, with its journal beside it (FILE-wal) until it is
/// closed. What was committed is there whatever becomes of this process. After an Error nothing more can be
/// written; what was committed before stays readable. Holds no payload: there is none in what it is given.
class Writer {
  public:
    /// `path`: an empty file, or none. `redact`: command lines lose what looks like a secret (redact.h).
    /// `most_bytes`: the file grows no larger.
    static Result<Writer> create(const std::string &path, const Meta &meta, bool redact,
                                 std::uint64_t most_bytes);
    Writer(Writer &&) noexcept;
    Writer &operator=(Writer &&) noexcept;
    ~Writer(); ///< without close(): as if the process had been killed

    Result<void> add(const facts::Event &event);
    Result<void> add(const Look &look);
    Result<void> add(const Sample &sample);
    /// What was printed last; replaces what was told of the stream before. `redact`ed like command lines.
    Result<void> add(const Output &output);
    /// What an actor did last; what was told of it before stays, and what is told again counts once.
    Result<void> add(facts::Pid pid, const facts::History &history);
    /// All that one holds, but what it says of the run.
    Result<void> add(const Recording &recording);
    /// Replaces what was said of the run before.
    Result<void> set(const Meta &meta);

    Result<void> commit();
    /// What there is so far as a recording of its own, closed, in `path`: an empty file. All that was added
    /// must be committed.
    Result<void> copy_to(const std::string &path, const Meta &meta);
    /// The last of it: no call may follow. The file stands alone then.
    Result<void> close();

  private:
    struct Impl;
    explicit Writer(std::unique_ptr<Impl> impl);
    template <typename Write>
    Result<void> attempt(Write write);
    std::unique_ptr<Impl> impl_;
};

} // namespace unwedge::recording
