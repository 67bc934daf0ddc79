// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <source_location>
#include <string>
#include <string_view>
#include <vector>

/// One parser family's fuzz harness: a file of harnesses/ that registers a function. libFuzzer drives it in a
/// campaign, fuzz_replay in the ordinary tests, so a harness knows neither.
namespace unwedge::fuzz {

struct Harness {
    std::string_view name; ///< of its file, without ".cpp", and of its corpus's folder
    /// Looks at what the parsers make of one input, and require()s what must hold for any input at all. Must
    /// remember nothing from one call to the next.
    void (*check)(std::string_view input) = nullptr;
    /// Inputs that would be too big for a corpus, made anew for each replay.
    std::vector<std::string> (*oversized)() = nullptr;
};

/// Makes a harness known when the program starts.
class Registered {
  public:
    explicit Registered(const Harness &harness);
};

/// All that are linked into this program.
const std::vector<Harness> &harnesses();

/// Ends the program and says which rule was broken, unless it holds.
void require(bool holds, std::string_view rule, std::source_location where = std::source_location::current());

} // namespace unwedge::fuzz
