// SPDX-License-Identifier: GPL-2.0-only
#include "session/merge_command.h"

#include "recording/merge.h"
#include "recording/reader.h"
#include "recording/writer.h"
#include "report/shell.h"
#include "report/text.h"
#include "session/as_user.h"
#include "session/console.h"
#include "session/exit_status.h"
#include "session/recording_file.h"
#include "util/log.h"
#include "util/units.h"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <utility>

namespace unwedge::session {
namespace {

using recording::Recording;

constexpr std::uint64_t most_bytes_of_one = 1ULL << 30; ///< as of those that `run` writes

Result<std::vector<Recording>> read_all(const std::vector<std::string> &files) {
    std::vector<Recording> recordings;
    for (const std::string &file : files) {
        Result<Recording> one = recording::read(file);
        if (!one)
            return one.error();
        recordings.push_back(std::move(*one));
    }
    return recordings;
}

/// What was redacted is, and what was not stays.
Result<void> write_into(const std::string &path, const Recording &all, std::uint64_t most_bytes) {
    Result<recording::Writer> writer = recording::Writer::create(path, all.meta, false, most_bytes);
    if (!writer)
        return writer.error();
    Result<void> done = writer->add(all);
    return done ? writer->close() : done;
}

/// None that is half a recording stays behind. Where it lies.
Result<std::string> write_file(const std::string &target, const Recording &all, std::uint64_t most_bytes) {
    Result<RecordingPlace> place = recording_place(target, std::nullopt);
    if (!place)
        return place.error();
    const AsUser as_user(place->rights);
    if (!as_user.ok())
        return errno_error("becoming the user that it belongs to", errno);
    if (Result<void> made = make_recording_file(place->path); !made)
        return made.error();
    if (Result<void> written = write_into(place->path, all, most_bytes); !written) {
        remove_recording_file(place->path);
        return Error{fmt::format("cannot write '{}': {}", place->path, written.error().message),
                     written.error().code};
    }
    return place->path;
}

/// The one that would be replaced by what is made of it.
std::optional<std::string> replaced(const MergeOptions &options) {
    std::error_code not_there;
    for (const std::string &file : options.files)
        if (std::filesystem::equivalent(file, options.output, not_there))
            return file;
    return std::nullopt;
}

std::string outcome_text(const recording::Merged &merged, std::size_t files, const std::string &path) {
    const std::string joined = merged.connections == 0
                                   ? "no connection between them is seen"
                                   : counted(merged.connections, "connection") + " between them";
    return fmt::format("{} merged, {}: unwedge report {}", counted(files, "recording"), joined,
                       report::shell_text({path}));
}

} // namespace

int merge(const MergeOptions &options) {
    constexpr int exit_usage = 2;
    log_to_stderr(false);
    if (const std::optional<std::string> file = replaced(options))
        return fail({fmt::format("--output: '{}' is one of those to be merged", *file), 0}, exit_usage);
    Result<std::vector<Recording>> recordings = read_all(options.files);
    if (!recordings)
        return fail(recordings.error(), exit_look_failed);
    const Result<recording::Merged> merged = recording::merge(std::move(*recordings));
    if (!merged)
        return fail(merged.error(), merged.error().code == EINVAL ? exit_usage : exit_look_failed);
    const Result<std::string> path =
        write_file(options.output, merged->recording, most_bytes_of_one * options.files.size());
    if (!path)
        return fail({"--output: " + path.error().message, path.error().code}, exit_look_failed);
    for (const std::string &remark : merged->remarks)
        write_stderr(report::status_text(report::printable(remark), stderr_style()));
    write_stderr(report::status_text(outcome_text(*merged, options.files.size(), *path), stderr_style()));
    return 0;
}

} // namespace unwedge::session
