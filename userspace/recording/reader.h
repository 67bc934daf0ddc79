// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "recording/recording.h"
#include "util/result.h"

#include <functional>
#include <string>

namespace unwedge::recording {

/// Reads all of a recording, closed or cut off. The file is taken for hostile: nothing in it is executed, its
/// tables must be exactly those of this version, and what refers to something that is not there makes an
/// Error. Nothing is written beside the file; if a journal (FILE-wal) lies there, copies of both are read,
/// made in the folder for temporary files.
Result<Recording> read(const std::string &path);

/// Each row of each table as one JSON object with its table's name as "table", one line each, handed to
/// `take`.
Result<void> read_lines(const std::string &path, const std::function<void(const std::string &)> &take);

} // namespace unwedge::recording
