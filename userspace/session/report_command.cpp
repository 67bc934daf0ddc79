// SPDX-License-Identifier: GPL-2.0-only
#include "session/report_command.h"

#include "formats/html/html.h"
#include "formats/perfetto/perfetto.h"
#include "formats/plain/github.h"
#include "formats/plain/junit.h"
#include "recording/reader.h"
#include "recording/rediagnose.h"
#include "report/json.h"
#include "report/text.h"
#include "session/console.h"
#include "session/create_file.h"
#include "session/exit_status.h"
#include "util/fd.h"
#include "util/log.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

namespace unwedge::session {
namespace {

Result<void> write_file(const std::string &path, std::string_view text) {
    const Result<Fd> file = create_file(path);
    if (!file)
        return Error{fmt::format("cannot write '{}': {}", path, file.error().message), file.error().code};
    // What is no regular file can't be cut, and need not be.
    if (::ftruncate(file->get(), 0) && errno != EINVAL)
        return errno_error(fmt::format("cannot write '{}'", path), errno);
    while (!text.empty()) {
        const ssize_t written = ::write(file->get(), text.data(), text.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return errno_error(fmt::format("cannot write '{}'", path), errno);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> write(const ReportOptions &options, std::string_view text) {
    return options.output ? write_file(*options.output, text) : write_stdout(text);
}

Result<std::string> lines_of(const std::string &file) {
    std::string lines;
    const Result<void> done =
        recording::read_lines(file, [&lines](const std::string &line) { lines += line + '\n'; });
    return done ? Result<std::string>(std::move(lines)) : done.error();
}

report::Style style_for(const ReportOptions &options) {
    return options.output ? report::Style{} : stdout_style();
}

std::string shown(const recording::Recording &recording, const ReportOptions &options) {
    switch (options.format) {
    case Format::json: return report::to_json(recording.last());
    case Format::html: return formats::to_html(recording);
    case Format::perfetto: return formats::to_perfetto(recording);
    case Format::junit: return formats::to_junit(recording);
    case Format::github: return formats::to_github_annotations(recording);
    case Format::github_summary: return formats::to_github_summary(recording);
    default: return report::to_text(recording.last(), style_for(options));
    }
}

/// Replaces what was concluded by what is now. How many looks have another outcome.
std::size_t conclude_anew(recording::Recording &recording) {
    std::vector<diagnosis::Diagnosis> anew = recording::rediagnose(recording);
    std::size_t others = 0;
    for (std::size_t i = 0; i < anew.size(); ++i) {
        recording::Look &look = recording.looks[i];
        const std::string before = report::to_json(recording.context(look));
        look.diagnosis = std::move(anew[i]);
        others += report::to_json(recording.context(look)) != before;
    }
    return others;
}

} // namespace

int report(const ReportOptions &options) {
    log_to_stderr(false);
    if (options.format == Format::jsonl) {
        const Result<std::string> lines = lines_of(options.file);
        if (!lines)
            return fail(lines.error(), exit_look_failed);
        const Result<void> written = write(options, *lines);
        return written ? 0 : fail(written.error(), exit_look_failed);
    }
    Result<recording::Recording> recording = recording::read(options.file);
    if (!recording)
        return fail(recording.error(), exit_look_failed);
    const std::size_t others = options.rediagnose ? conclude_anew(*recording) : 0;
    if (const Result<void> written = write(options, shown(*recording, options)); !written)
        return fail(written.error(), exit_look_failed);
    if (!options.rediagnose)
        return 0;
    const std::string of_all = fmt::format("of {} looks, diagnosed anew", recording->looks.size());
    if (others == 0)
        write_stderr(report::status_text(of_all + ", all have the recorded outcome", stderr_style()));
    else
        return fail({fmt::format("{}, {} have another outcome than was recorded", of_all, others), 0},
                    exit_look_failed);
    return 0;
}

} // namespace unwedge::session
