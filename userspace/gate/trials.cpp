// SPDX-License-Identifier: GPL-2.0-only
#include "gate/trials.h"

#include "session/as_user.h"
#include "session/user_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace unwedge::gate {
namespace {

constexpr const char *usual_known_file = "unwedge-known.toml";

Result<KnownWedges> read_known(const TrialOptions &options, const std::optional<session::Identity> &user) {
    const std::string path = options.known.value_or(usual_known_file);
    const Result<std::string> text = session::read_user_file("--known", path, user);
    if (!text && !options.known && text.error().code == ENOENT)
        return KnownWedges();
    if (!text)
        return text.error();
    return KnownWedges::parse(*text, path);
}

Result<void> make_folder(const std::string &path, const std::optional<session::Identity> &user) {
    const session::AsUser as_user(user);
    if (!as_user.ok())
        return errno_error("becoming the user that the command runs as", errno);
    std::error_code failed;
    std::filesystem::create_directories(path, failed);
    if (failed)
        return errno_error(fmt::format("--dir: cannot make folder '{}'", path), failed.value());
    return {};
}

} // namespace

Result<Trials> prepare(const TrialOptions &options) {
    Trials trials;
    Result<std::optional<session::Identity>> user = session::command_identity(std::nullopt);
    if (!user)
        return user.error();
    trials.user = *std::move(user);
    Result<KnownWedges> known = read_known(options, trials.user);
    if (!known)
        return known.error();
    trials.known = *std::move(known);
    Result<std::optional<session::OutputFile>> json = session::open_json(options.json, trials.user);
    if (!json)
        return json.error();
    trials.json = *std::move(json);
    if (const Result<void> made = make_folder(options.folder, trials.user); !made)
        return made.error();
    return trials;
}

Order order_of(const TrialOptions &options, const std::string &name, std::size_t number) {
    return {.argv = options.argv,
            .environment = {{"UNWEDGE_RUN", std::to_string(number)}},
            .timeout = options.timeout,
            .kill_after = options.kill_after,
            .run_options = options.run_options,
            .base = std::filesystem::path(options.folder) / name};
}

Error cannot_run(const TrialOptions &options, const Attempt &attempt) {
    return {fmt::format("'{}' cannot be run (exit status {}): see {}", options.argv.front(), attempt.status,
                        attempt.log)};
}

} // namespace unwedge::gate
