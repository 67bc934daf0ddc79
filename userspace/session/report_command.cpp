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
#include "session/exit_status.h"
#include "session/output_file.h"
#include "util/log.h"

#include <fmt/format.h>

#include <string_view>

namespace unwedge::session {
namespace {

/// To the file of --output, else to stdout.
Result<void> write(const ReportOptions &options, std::string_view text) {
    if (!options.output)
        return write_stdout(text);
    const Result<OutputFile> file = OutputFile::open("--output", *options.output, std::nullopt);
    return file ? file->write(text) : file.error();
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
