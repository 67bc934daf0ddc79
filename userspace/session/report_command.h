// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <optional>
#include <string>

namespace unwedge::session {

/// What a recording can be shown as.
enum class Format { text, json, jsonl, html, perfetto, junit, github, github_summary };

struct ReportOptions {
    std::string file;
    Format format = Format::text;
    std::optional<std::string> output; ///< file; nullopt: stdout
    bool rediagnose = false;           ///< conclude anew from what was seen, and say whether it is the same
};

/// `unwedge report`: shows a recording. Returns the exit status: 0, or 1 if it can't be read or written, or
/// was to be diagnosed anew and the outcome is another one.
int report(const ReportOptions &options);

} // namespace unwedge::session
