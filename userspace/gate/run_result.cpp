// SPDX-License-Identifier: GPL-2.0-only
#include "gate/run_result.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

namespace unwedge::gate {
namespace {

using nlohmann::json;

/// null where `object` is none, or has no such member.
const json &member(const json &object, const char *key) {
    static const json none;
    if (!object.is_object())
        return none;
    const auto found = object.find(key);
    return found == object.end() ? none : *found;
}

std::string text(const json &value) {
    return value.is_string() ? value.get<std::string>() : std::string();
}

std::optional<int> number(const json &value) {
    return value.is_number_integer() ? std::optional(value.get<int>()) : std::nullopt;
}

std::map<int, std::string> names_of(const json &actors) {
    std::map<int, std::string> names;
    for (const json &actor : actors)
        if (const std::optional<int> pid = number(member(actor, "pid")))
            names[*pid] = text(member(actor, "name"));
    return names;
}

bool stands_wedged(const json &verdict) {
    const std::string confidence = text(member(verdict, "confidence"));
    return member(verdict, "role") == "culprit" && member(verdict, "state") == "confirmed" &&
           (confidence == "certain" || confidence == "likely");
}

std::vector<Culprit> culprits_of(const json &diagnosis) {
    const std::map<int, std::string> names = names_of(member(diagnosis, "actors"));
    std::vector<Culprit> culprits;
    for (const json &verdict : member(diagnosis, "verdicts")) {
        if (!stands_wedged(verdict))
            continue;
        const auto actor = names.find(number(member(verdict, "pid")).value_or(0));
        Culprit culprit{.kind = text(member(verdict, "kind")),
                        .actor = actor == names.end() ? "" : actor->second,
                        .fingerprint = text(member(verdict, "fingerprint"))};
        if (std::ranges::find(culprits, culprit.fingerprint, &Culprit::fingerprint) == culprits.end())
            culprits.push_back(std::move(culprit));
    }
    return culprits;
}

} // namespace

RunResult parse_run_result(std::string_view all) {
    const json diagnosis = json::parse(all, nullptr, false);
    RunResult result;
    const json &command = member(diagnosis, "command");
    result.exit = number(member(command, "exit"));
    result.signal = number(member(command, "signal"));
    result.summary = text(member(diagnosis, "summary"));
    result.culprits = culprits_of(diagnosis);
    for (const json &expectation : member(diagnosis, "expectations"))
        if (member(expectation, "result") != "held")
            result.unmet.push_back(text(member(expectation, "text")));
    return result;
}

RunResult read_run_result(const std::string &path) {
    std::ifstream file(path);
    return parse_run_result(std::string(std::istreambuf_iterator<char>(file), {}));
}

} // namespace unwedge::gate
