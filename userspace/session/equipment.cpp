// SPDX-License-Identifier: GPL-2.0-only
#include "session/equipment.h"

#include "session/hook.h"
#include "session/profile_file.h"
#include "session/start_watching.h"

#include <utility>

namespace unwedge::session {

Result<Equipment> equip(const SessionOptions &options, const std::optional<Identity> &owner) {
    Result<profiles::Profiles> profiles = load_profiles(options.profiles, owner);
    if (!profiles)
        return profiles.error();
    Result<std::string> program = hook_program(options.on_wedge);
    if (!program)
        return program.error();
    Result<std::optional<JsonFile>> json = open_json(options.json, owner);
    if (!json)
        return json.error();
    Result<Signals> signals = Signals::take();
    if (!signals)
        return signals.error();
    Result<std::unique_ptr<Watcher>> watcher = start_watching(options.watch, *profiles, options.quiet);
    if (!watcher)
        return watcher.error();
    return Equipment{std::move(*program), std::move(*json), std::move(*signals), std::move(*watcher)};
}

} // namespace unwedge::session
