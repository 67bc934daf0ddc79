// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "session/identity.h"
#include "util/result.h"

#include <optional>
#include <string>

namespace unwedge::session {

/// Where a recording is to lie, and with whose rights: those of `owner`; without one, of root as well, those
/// of whom the folder belongs to. SQLite opens files by their names, and makes more beside them: whoever owns
/// the folder could lead root astray.
struct RecordingPlace {
    std::string path;
    std::optional<Identity> rights;
};

/// `target` ends in ".unwedge": that file; else it is a folder, in which the file gets a name by the time and
/// this process. An Error if there is no such folder.
Result<RecordingPlace> recording_place(const std::string &target, const std::optional<Identity> &owner);

/// That of the copy with this number: "a.unwedge" → "a-1.unwedge".
std::string numbered(const std::string &path, int number);

/// Makes it as an empty file (mode 0600). A recording that is there is replaced; any other file is not.
/// To be called with the place's rights.
Result<void> make_recording_file(const std::string &path);

/// With what SQLite has made beside it. To be called with the place's rights.
void remove_recording_file(const std::string &path);

} // namespace unwedge::session
