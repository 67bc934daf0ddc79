// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>
#include <string_view>

namespace unwedge::expect {

enum class Finding {
    held,
    failed,
    unknown ///< not all was seen; never as good as held
};

/// What became of an expectation.
struct Outcome {
    std::string spec; ///< as the user wrote it
    Finding finding = Finding::unknown;
    std::string expected; ///< "no connection to :6379"
    std::string text;     ///< what was seen, or why that is not known; one line, printable
};

/// "held", "failed", "unknown".
std::string_view name(Finding finding);

/// "expected no connection to :6379: 'worker' (pid 12) connected to 127.0.0.1:6379 after 0.2 s".
std::string line_of(const Outcome &outcome);

} // namespace unwedge::expect
