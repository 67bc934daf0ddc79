// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "recording/writer.h"
#include "session/recording_file.h"
#include "session/teller.h"
#include "session/watcher.h"
#include "session/witness.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace unwedge::session {

/// What the user asked for.
struct RecordOptions {
    enum class When {
        always,
        wedge, ///< kept only if there was a wedge or a timeout
        never
    };

    std::optional<std::string> target; ///< file or folder; nullopt: the current folder, and only by need
    std::optional<When> when;          ///< nullopt: always with a target, else only for a wedge
    bool redact = true;
    /// Is it possible that something is recorded?
    bool records() const { return when != When::never; }
    std::uint64_t most_bytes = 1ULL << 30;
};

/// Records a session into one file. With a target from the start, else from the moment on that something is
/// suspected. What can't be written is said once, and then no more is written: the command goes on.
class Recorder final : public Witness {
  public:
    /// `meta`: without the times. An Error is the user's to mend: there can be no such file. One that can't
    /// be written is no reason not to run the command, and only said.
    static Result<std::unique_ptr<Recorder>> make(const RecordOptions &options, recording::Meta meta,
                                                  const std::optional<Identity> &owner);
    ~Recorder() override;

    bool records() const { return when_ != RecordOptions::When::never; }
    /// There is a file that can be written to.
    bool is_writing() const { return writer_.has_value(); }
    Nanos begin() const { return meta_.begin; } ///< since when the tree is watched, CLOCK_MONOTONIC

    using Witness::saw;
    void saw(const facts::Event &event) override;
    void saw(const Look &look, const LookTerms &terms) override;
    /// No more than one in a second is kept.
    void saw(const recording::Sample &sample) override;
    /// What the command printed last.
    void saw(const std::vector<recording::Output> &output);

    /// What the actors did last, as far as it has not been told yet.
    void tell_histories(const Watcher &watcher);
    /// What was told so far outlives this process. To be called in each turn of the session's loop.
    void commit();
    /// The tree is being ended: looks at it tell nothing any more, and are not kept.
    void end_looks() { takes_looks_ = false; }
    /// There was a wedge, or a timeout: it is kept.
    void keep() { worth_keeping_ = true; }
    /// What there is so far as a file of its own, which can be read at once; where it lies. An Error ends
    /// nothing.
    Result<std::string> copy();
    /// The end: closes the file, or removes it if it was not to be kept. Where it lies if there was something
    /// to keep it for.
    std::optional<std::string> finish(const std::optional<report::Command> &command);

  private:
    Recorder(const RecordOptions &options, recording::Meta meta, std::optional<Identity> owner);

    Result<void> open(const std::string &target);
    void open_by_need();
    void forget();
    bool is_too_large_for_nothing() const;
    template <typename Write>
    void write(Write write);
    void give_up(const Error &error);

    RecordOptions options_;
    RecordOptions::When when_;
    recording::Meta meta_;
    std::optional<Identity> owner_;
    RecordingPlace place_;
    std::optional<recording::Writer> writer_;
    bool given_up_ = false;
    bool worth_keeping_ = false;
    bool takes_looks_ = true;
    bool uncommitted_ = false;
    std::deque<facts::Event> before_; ///< what happened before there was a file; only the latest
    std::optional<Nanos> last_sample_;
    int copies_ = 0;
};

/// On demand: what the actors did last, too, goes into a copy, and where that lies is told.
void read_out(Recorder &recorder, const Watcher &watcher, const Teller &teller);

/// Ends the recording with what the actors did last, and tells where it lies if there was a wedge or a
/// timeout.
void close_recording(Recorder &recorder, const Watcher &watcher,
                     const std::optional<report::Command> &command, const Teller &teller);

} // namespace unwedge::session
