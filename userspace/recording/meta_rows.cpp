// SPDX-License-Identifier: GPL-2.0-only
#include "recording/meta_rows.h"

#include "recording/sql.h"

#include <charconv>
#include <cmath>

namespace unwedge::recording {
namespace {

const std::string hook_prefix = "hook.";

class Values {
  public:
    explicit Values(const std::map<std::string, std::string> &values) : values_(values) {}

    std::optional<std::string> find(const std::string &key) const {
        const auto found = values_.find(key);
        return found == values_.end() ? std::nullopt : std::optional(found->second);
    }
    std::string text(const std::string &key) const {
        std::optional<std::string> found = find(key);
        if (!found)
            throw Damaged("meta has no " + key);
        return std::move(*found);
    }
    std::optional<std::int64_t> find_number(const std::string &key) const {
        const std::optional<std::string> found = find(key);
        if (!found)
            return std::nullopt;
        std::int64_t number = 0;
        const char *end = found->data() + found->size();
        if (const auto [next, error] = std::from_chars(found->data(), end, number);
            error != std::errc() || next != end)
            throw Damaged("meta: " + key + " is no number");
        return number;
    }
    std::int64_t number(const std::string &key) const {
        const std::optional<std::int64_t> found = find_number(key);
        if (!found)
            throw Damaged("meta has no " + key);
        return *found;
    }
    std::optional<Nanos> find_time(const std::string &key, std::int64_t longest = longest_time) const {
        const std::optional<std::int64_t> found = find_number(key);
        if (found && (*found < -longest || *found > longest))
            throw Damaged("meta: " + key + " is no time");
        return found ? std::optional(Nanos(*found)) : std::nullopt;
    }
    Nanos time(const std::string &key, std::int64_t longest = longest_time) const {
        const std::optional<Nanos> found = find_time(key, longest);
        if (!found)
            throw Damaged("meta has no " + key);
        return *found;
    }

  private:
    const std::map<std::string, std::string> &values_;
};

/// Calls `visit` with the key and the value of each length of time.
template <typename Policy, typename Visit>
void for_each_threshold(Policy &policy, Visit visit) {
    visit("policy.stall_after_ns", policy.stall_after);
    visit("policy.busy_after_ns", policy.busy_after);
    visit("policy.horizon_ns", policy.horizon);
    visit("policy.look_distance_ns", policy.look_distance);
    visit("policy.count_receives_for_ns", policy.count_receives_for);
    visit("policy.reading_distance_ns", policy.reading_distance);
    visit("policy.sweep_ns", policy.sweep);
}

/// No report has one that readers of JSON could not tell from its neighbours.
std::uint64_t seed_of(std::int64_t number) {
    constexpr std::int64_t most = (1LL << 53) - 1;
    if (number < 0 || number > most)
        throw Damaged("meta: provoked.seed is no seed");
    return static_cast<std::uint64_t>(number);
}

constexpr double parts_per_million = 1e6;

} // namespace

std::vector<MetaRow> rows_of(const Meta &meta) {
    std::vector<MetaRow> rows{{"version", meta.version},
                              {"host", meta.host},
                              {"kernel", meta.kernel},
                              {"tier", meta.tier},
                              {"begin_ns", std::to_string(meta.begin.count())},
                              {"begin_unix_ns", std::to_string(meta.begin_unix.count())}};
    if (meta.level)
        rows.push_back({"level", *meta.level});
    if (meta.histories_evicted)
        rows.push_back({"histories_evicted", std::to_string(meta.histories_evicted)});
    if (meta.end)
        rows.push_back({"end_ns", std::to_string(meta.end->count())});
    for (const auto &[hook, mechanism] : meta.hooks)
        rows.push_back({hook_prefix + hook, mechanism});
    for_each_threshold(meta.policy, [&rows](const char *key, Nanos length) {
        rows.push_back({key, std::to_string(length.count())});
    });
    rows.push_back({"policy.suspects_at_once", meta.policy.suspects_at_once ? "1" : "0"});
    rows.push_back(
        {"policy.busy_share_ppm", std::to_string(std::llround(meta.policy.busy_share * parts_per_million))});
    if (meta.provoked) {
        rows.push_back({"provoked.spec", meta.provoked->spec});
        rows.push_back({"provoked.seed", std::to_string(meta.provoked->seed)});
    }
    if (!meta.command)
        return rows;
    rows.push_back({"command.argv", json_of(meta.command->argv)});
    rows.push_back({"command.timed_out", meta.command->timed_out ? "1" : "0"});
    if (meta.command->exit_code)
        rows.push_back({"command.exit", std::to_string(*meta.command->exit_code)});
    if (meta.command->exit_signal)
        rows.push_back({"command.signal", std::to_string(*meta.command->exit_signal)});
    return rows;
}

Meta meta_of(const std::map<std::string, std::string> &all) {
    const Values values(all);
    Meta meta;
    meta.version = values.text("version");
    meta.host = values.text("host");
    meta.kernel = values.text("kernel");
    meta.tier = values.text("tier");
    meta.level = values.find("level");
    meta.begin = values.time("begin_ns");
    meta.begin_unix = values.time("begin_unix_ns", 1LL << 62); // a century from now
    meta.end = values.find_time("end_ns");
    meta.histories_evicted = static_cast<std::uint64_t>(values.find_number("histories_evicted").value_or(0));
    for (const auto &[key, value] : all)
        if (key.starts_with(hook_prefix))
            meta.hooks[key.substr(hook_prefix.size())] = value;
    for_each_threshold(meta.policy, [&values](const char *key, Nanos &length) { length = values.time(key); });
    meta.policy.suspects_at_once = values.number("policy.suspects_at_once") != 0;
    meta.policy.busy_share = static_cast<double>(values.number("policy.busy_share_ppm")) / parts_per_million;
    if (const std::optional<std::string> spec = values.find("provoked.spec"))
        meta.provoked = report::Provoked{.spec = *spec, .seed = seed_of(values.number("provoked.seed"))};
    const std::optional<std::string> argv = values.find("command.argv");
    if (!argv)
        return meta;
    meta.command.emplace();
    meta.command->argv = words_of(*argv);
    meta.command->timed_out = values.number("command.timed_out") != 0;
    const auto as_int = [](std::optional<std::int64_t> number) {
        return number ? std::optional(static_cast<int>(*number)) : std::nullopt;
    };
    meta.command->exit_code = as_int(values.find_number("command.exit"));
    meta.command->exit_signal = as_int(values.find_number("command.signal"));
    return meta;
}

} // namespace unwedge::recording
