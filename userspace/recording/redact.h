// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>
#include <vector>

namespace unwedge::recording {

/// The command line with "[redacted]" for what looks like a secret: values of options and variables by their
/// names, passwords in URLs and for programs that take them by a letter, headers, well-known tokens, PEM
/// blocks; in the scripts of `sh -c`, too. All else stays as it is, byte by byte.
///
/// It is a guess, and errs for what a command line of a test run looks like: who records a program that takes
/// secrets by arguments must not rely on it.
std::vector<std::string> redacted(std::vector<std::string> argv);

} // namespace unwedge::recording
