// SPDX-License-Identifier: GPL-2.0-only
#include "session/report_command.h"
#include "cli/commands.h"

#include <CLI/CLI.hpp>

#include <map>
#include <memory>
#include <string>

namespace unwedge::cli {

void add_report(CLI::App &app, Action &action) {
    using session::Format;
    static const std::map<std::string, Format> formats{
        {"text", Format::text},         {"json", Format::json},
        {"jsonl", Format::jsonl},       {"html", Format::html},
        {"perfetto", Format::perfetto}, {"junit", Format::junit},
        {"github", Format::github},     {"github-summary", Format::github_summary},
    };
    auto options = std::make_shared<session::ReportOptions>();
    CLI::App *command = app.add_subcommand("report", "show a recording, as text or in another format");
    command->footer("Exit status: 0; 1 it can't be read, or --rediagnose has another outcome; 2 wrong usage. "
                    "More: unwedge(1).");
    command->add_option("FILE", options->file, "what run or attach --record has written")->required();
    command
        ->add_option_function<std::string>(
            "-f,--format",
            [options](const std::string &word) {
                const auto format = formats.find(word);
                if (format == formats.end())
                    throw CLI::ValidationError("--format",
                                               "'" + word +
                                                   "' is not text, json, jsonl, html, perfetto, junit, "
                                                   "github or github-summary");
                options->format = format->second;
            },
            "text: for people; json: the diagnosis; jsonl: every row; html: one page, no network; perfetto: "
            "for ui.perfetto.dev; junit: for CI; github: annotations; github-summary: Markdown")
        ->type_name("FORMAT")
        ->default_str("text");
    command->add_option("-o,--output", options->output, "write to FILE, not to stdout")->type_name("FILE");
    command->add_flag("--rediagnose", options->rediagnose,
                      "conclude anew from what was seen; fails if the outcome is another one");
    command->callback([options, &action] {
        if (options->rediagnose && options->format == Format::jsonl)
            throw CLI::ExcludesError("--rediagnose", "--format jsonl");
        action = [options] { return session::report(*options); };
    });
}

} // namespace unwedge::cli
