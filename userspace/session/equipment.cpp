// SPDX-License-Identifier: GPL-2.0-only
#include "session/equipment.h"

#include "session/hook.h"
#include "session/host.h"
#include "session/profile_file.h"
#include "session/start_watching.h"

#include <utility>

namespace unwedge::session {

namespace {

recording::Meta meta_of(const SessionOptions &options, const Watcher &watcher,
                        const std::vector<std::string> &command,
                        const std::optional<report::Provoked> &provoked) {
    Host host = this_host();
    Means means = watcher.means();
    recording::Meta meta;
    meta.host = std::move(host.name);
    meta.kernel = std::move(host.kernel);
    meta.tier = std::move(means.tier);
    meta.level = std::move(means.level);
    meta.hooks = std::move(means.hooks);
    meta.policy = options.watch.policy;
    meta.provoked = provoked;
    if (!command.empty())
        meta.command = report::Command{.argv = command};
    return meta;
}

} // namespace

Result<Equipment> equip(const SessionOptions &options, const std::optional<Identity> &owner,
                        const std::vector<std::string> &command,
                        const std::optional<report::Provoked> &provoked) {
    Result<profiles::Profiles> profiles = load_profiles(options.profiles, owner);
    if (!profiles)
        return profiles.error();
    Result<std::string> program = hook_program(options.on_wedge);
    if (!program)
        return program.error();
    Result<std::optional<OutputFile>> json = open_json(options.json, owner);
    if (!json)
        return json.error();
    Result<Signals> signals = Signals::take();
    if (!signals)
        return signals.error();
    Result<std::unique_ptr<Watcher>> watcher = start_watching(options.watch, *profiles, options.quiet);
    if (!watcher)
        return watcher.error();
    Result<std::unique_ptr<Recorder>> recorder =
        Recorder::make(options.record, meta_of(options, **watcher, command, provoked), owner);
    if (!recorder)
        return recorder.error();
    if ((*recorder)->records())
        (*watcher)->tell(**recorder);
    return Equipment{std::move(*program), std::move(*json), std::move(*signals), std::move(*watcher),
                     std::move(*recorder)};
}

} // namespace unwedge::session
