// SPDX-License-Identifier: GPL-2.0-only
#include "cli/options.h"

#include "cli/size.h"
#include "util/duration.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <utility>

namespace unwedge::cli {

CLI::Option *add_duration(CLI::App &command, const std::string &name, Nanos least, const std::string &help,
                          const std::string &fallback, std::function<void(Nanos)> take) {
    auto parse = [name, least, take = std::move(take)](const std::string &text) {
        const std::optional<Nanos> length = parse_duration(text);
        if (!length)
            throw CLI::ValidationError(
                name, fmt::format("'{}' is no length of time like 3, 0.5s, 100ms, 2m", text));
        if (*length < least)
            throw CLI::ValidationError(name,
                                       fmt::format("{} is too short: at least {} s", text, seconds(least)));
        take(*length);
    };
    return command.add_option_function<std::string>(name, parse, help)
        ->type_name("TIME")
        ->default_str(fallback);
}

CLI::Option *add_size(CLI::App &command, const std::string &name, std::uint32_t most, const std::string &help,
                      const std::string &fallback, std::function<void(std::uint32_t)> take) {
    auto parse = [name, most, take = std::move(take)](const std::string &text) {
        const std::optional<std::uint64_t> bytes = parse_size(text);
        if (!bytes)
            throw CLI::ValidationError(name,
                                       fmt::format("'{}' is no number of bytes like 4096, 64K, 1M", text));
        if (*bytes < 1 || *bytes > most)
            throw CLI::ValidationError(name, fmt::format("{} is not from 1 to {}", text, most));
        take(static_cast<std::uint32_t>(*bytes));
    };
    return command.add_option_function<std::string>(name, parse, help)
        ->type_name("SIZE")
        ->default_str(fallback);
}

CLI::Option *one_at_a_time(CLI::Option *option) {
    return option->expected(1)->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_match(CLI::App &command, const std::string &help, std::optional<Pattern> &match) {
    command
        .add_option_function<std::string>(
            "--match",
            [&match](const std::string &text) {
                Result<Pattern> pattern = Pattern::compile(text);
                if (!pattern)
                    throw CLI::ValidationError("--match", pattern.error().message);
                match = std::move(*pattern);
            },
            help)
        ->type_name("RE");
}

void add_profiles(CLI::App &command, std::optional<std::string> &file) {
    command.add_option("--profiles", file, "name actors by the rules in FILE, before the built-in ones")
        ->type_name("FILE");
}

void add_kill_after(CLI::App &command, Nanos &length) {
    add_duration(command, "--kill-after", Nanos{}, "time between SIGTERM and SIGKILL", "10s",
                 [&length](Nanos given) { length = given; });
}

} // namespace unwedge::cli
