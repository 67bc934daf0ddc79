// SPDX-License-Identifier: GPL-2.0-only
#include "session/recorder.h"

#include "report/shell.h"
#include "report/text.h"
#include "session/as_user.h"
#include "util/clock.h"
#include "util/log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

namespace unwedge::session {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_remembered = 1024; ///< events before there is a file: a megabyte at most
constexpr std::uintmax_t most_for_nothing = 128ULL << 20; ///< bytes, as long as no wedge was seen
constexpr Nanos between_samples = 1s;

using When = RecordOptions::When;

/// No file can have that name; unlike one that a disk or its rights have no room for.
bool is_mistaken(const Error &error) {
    constexpr std::array mistakes{ENOENT, ENOTDIR, EISDIR, EEXIST, ELOOP, ENAMETOOLONG};
    return std::ranges::find(mistakes, error.code) != mistakes.end();
}

} // namespace

Recorder::Recorder(const RecordOptions &options, recording::Meta meta, std::optional<Identity> owner)
    : options_(options), when_(options.when.value_or(options.target ? When::always : When::wedge)),
      meta_(std::move(meta)), owner_(std::move(owner)) {
    meta_.version = UNWEDGE_VERSION;
    meta_.begin = monotonic_now();
    meta_.begin_unix = clock_now(CLOCK_REALTIME);
}

Recorder::~Recorder() {
    const AsUser as_user(place_.rights);
    writer_.reset();
}

Result<std::unique_ptr<Recorder>> Recorder::make(const RecordOptions &options, recording::Meta meta,
                                                 const std::optional<Identity> &owner) {
    std::unique_ptr<Recorder> recorder(new Recorder(options, std::move(meta), owner));
    if (options.target && recorder->when_ != When::never)
        if (Result<void> opened = recorder->open(*options.target); !opened) {
            const Error error{"--record: " + opened.error().message, opened.error().code};
            if (is_mistaken(error))
                return error;
            recorder->give_up(error);
        }
    return recorder;
}

Result<void> Recorder::open(const std::string &target) {
    Result<RecordingPlace> place = recording_place(target, owner_);
    if (!place)
        return place.error();
    place_ = std::move(*place);
    const AsUser as_user(place_.rights);
    if (!as_user.ok())
        return errno_error("becoming the user that it belongs to", errno);
    if (Result<void> made = make_recording_file(place_.path); !made)
        return made;
    Result<recording::Writer> writer =
        recording::Writer::create(place_.path, meta_, options_.redact, options_.most_bytes);
    if (!writer) {
        remove_recording_file(place_.path);
        return Error{fmt::format("cannot write '{}': {}", place_.path, writer.error().message),
                     writer.error().code};
    }
    writer_.emplace(std::move(*writer));
    return {};
}

/// Without a target: as soon as there is something to tell.
void Recorder::open_by_need() {
    if (writer_ || given_up_ || when_ == When::never || options_.target)
        return;
    if (Result<void> opened = open("."); !opened)
        return give_up(opened.error());
    for (const facts::Event &event : std::exchange(before_, {}))
        saw(event);
}

/// Without a target: what was suspected has come to nothing.
void Recorder::forget() {
    if (!writer_ || options_.target || worth_keeping_)
        return;
    const AsUser as_user(place_.rights);
    writer_.reset();
    remove_recording_file(place_.path);
    uncommitted_ = false;
}

bool Recorder::is_too_large_for_nothing() const {
    std::error_code unknown;
    const std::uintmax_t size = writer_ ? std::filesystem::file_size(place_.path, unknown) : 0;
    return !unknown && size > most_for_nothing;
}

void Recorder::give_up(const Error &error) {
    spdlog::warn("{}, the command goes on: {}", writer_ ? "the recording ends here" : "this is not recorded",
                 report::printable(error.message));
    given_up_ = true;
    writer_.reset();
    before_.clear();
}

template <typename Write>
void Recorder::write(Write write) {
    if (!writer_)
        return;
    const AsUser as_user(place_.rights);
    if (!as_user.ok())
        return give_up(errno_error("becoming the user that it belongs to", errno));
    uncommitted_ = true;
    if (Result<void> done = write(*writer_); !done)
        give_up({fmt::format("'{}': {}", place_.path, done.error().message), done.error().code});
}

void Recorder::saw(const facts::Event &event) {
    if (writer_)
        return write([&](recording::Writer &writer) { return writer.add(event); });
    if (given_up_ || when_ == When::never)
        return;
    if (before_.size() == most_remembered)
        before_.pop_front();
    before_.push_back(event);
}

void Recorder::saw(const Look &look, const LookTerms &terms) {
    if (!takes_looks_)
        return;
    // A look at the end is no suspicion, nor is one that found nothing.
    if (!terms.ended && !terms.found_nothing) {
        if (terms.after_rest || is_too_large_for_nothing())
            forget();
        open_by_need();
    }
    if (look.diagnosis.wedged())
        keep();
    write([&](recording::Writer &writer) {
        return writer.add(recording::Look{look.at, terms.outlook, terms.after_rest, terms.ended,
                                          look.snapshot, look.diagnosis});
    });
}

void Recorder::saw(const recording::Sample &sample) {
    if (last_sample_ && sample.at - *last_sample_ < between_samples)
        return;
    last_sample_ = sample.at;
    write([&](recording::Writer &writer) { return writer.add(sample); });
}

void Recorder::saw(const std::vector<recording::Output> &output) {
    if (output.empty())
        return;
    write([&](recording::Writer &writer) {
        Result<void> done;
        for (auto one = output.begin(); done && one != output.end(); ++one)
            done = writer.add(*one);
        return done;
    });
}

void Recorder::tell_histories(const Watcher &watcher) {
    if (!writer_)
        return;
    const Result<std::map<facts::Pid, facts::History>> histories = watcher.histories();
    if (!histories)
        return spdlog::warn("what the actors did last is not recorded: {}", histories.error().message);
    meta_.histories_evicted = watcher.histories_evicted();
    write([&](recording::Writer &writer) {
        Result<void> done = writer.set(meta_);
        for (auto history = histories->begin(); done && history != histories->end(); ++history)
            done = writer.add(history->first, history->second);
        return done;
    });
}

void Recorder::commit() {
    if (!uncommitted_)
        return;
    write([](recording::Writer &writer) { return writer.commit(); });
    uncommitted_ = false;
}

Result<std::string> Recorder::copy() {
    open_by_need();
    commit();
    if (!writer_)
        return Error{"nothing is recorded", 0};
    const AsUser as_user(place_.rights);
    if (!as_user.ok())
        return errno_error("becoming the user that it belongs to", errno);
    const std::string path = numbered(place_.path, ++copies_);
    if (Result<void> made = make_recording_file(path); !made)
        return made.error();
    recording::Meta so_far = meta_;
    so_far.end = monotonic_now();
    if (Result<void> done = writer_->copy_to(path, so_far); !done) {
        remove_recording_file(path);
        return Error{fmt::format("cannot write '{}': {}", path, done.error().message), done.error().code};
    }
    return path;
}

std::optional<std::string> Recorder::finish(const std::optional<report::Command> &command) {
    if (!writer_)
        return std::nullopt;
    meta_.command = command;
    meta_.end = monotonic_now();
    write([this](recording::Writer &writer) {
        Result<void> done = writer.set(meta_);
        return done ? writer.close() : done;
    });
    if (!writer_)
        return std::nullopt;
    writer_.reset();
    if (worth_keeping_)
        return place_.path;
    if (when_ != When::always) {
        const AsUser as_user(place_.rights);
        remove_recording_file(place_.path);
    }
    return std::nullopt;
}

void read_out(Recorder &recorder, const Watcher &watcher, const Teller &teller) {
    recorder.keep();
    recorder.tell_histories(watcher);
    if (const Result<std::string> path = recorder.copy())
        teller.status(fmt::format("recorded so far: unwedge report {}", report::shell_text({*path})));
    else
        spdlog::warn("no recording so far: {}", report::printable(path.error().message));
}

void close_recording(Recorder &recorder, const Watcher &watcher,
                     const std::optional<report::Command> &command, const Teller &teller) {
    recorder.tell_histories(watcher);
    if (const std::optional<std::string> path = recorder.finish(command))
        teller.status(fmt::format("recorded: unwedge report {}", report::shell_text({*path})));
}

} // namespace unwedge::session
