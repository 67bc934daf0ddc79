// SPDX-License-Identifier: GPL-2.0-only
#include "profiles/profiles.h"

#include "profiles/builtin.h"

#include <algorithm>
#include <utility>

namespace unwedge::profiles {
namespace {

bool fits(std::optional<Wanted> wanted, const Links &links) {
    if (!wanted)
        return true;
    switch (*wanted) {
    case Wanted::any: return links.any();
    case Wanted::tcp: return links.tcp;
    case Wanted::unix_socket: return links.unix_socket;
    case Wanted::pipe: return links.pipe;
    }
    return false;
}

bool fits(const std::optional<Pattern> &pattern, const std::string &text) {
    return !pattern || pattern->matches(text);
}

} // namespace

bool Rule::goes_by_looks() const {
    return !program && !argv && !parent && !parent_program && !parent_argv && !channel && !same_program &&
           !forked.value_or(false);
}

std::optional<std::vector<std::string>> Rule::match(const Traits &traits) const {
    // A forked actor has no program and arguments of its own, unless the rule asks for its parent's.
    const bool by_exec = program || argv;
    if (forked ? *forked != traits.forked : by_exec && traits.forked)
        return std::nullopt;
    // What is cheap to compare comes first.
    if ((parent && parent != traits.parent.profile) || (same_program && !traits.same_program) ||
        !fits(channel, traits.links) || !fits(program, traits.program) ||
        !fits(parent_program, traits.parent.program) || !fits(parent_argv, traits.parent.argv))
        return std::nullopt;
    std::vector<std::string> groups;
    const std::pair<const std::optional<Pattern> &, const std::string &> texts[] = {
        {argv, traits.argv}, {title, traits.title}, {comm, traits.comm}};
    for (const auto &[pattern, text] : texts) {
        if (!pattern)
            continue;
        const auto found = pattern->match(text);
        if (!found)
            return std::nullopt;
        groups.insert(groups.end(), found->begin(), found->end());
    }
    return groups;
}

/// Parentage, channels and what was exec'd come first; what an actor calls itself, second.
Profiles::Profiles(std::vector<Rule> rules) : rules_(std::move(rules)) {
    std::ranges::stable_partition(rules_, [](const Rule &rule) { return !rule.goes_by_looks(); });
}

void Profiles::append(const Profiles &others) {
    rules_.insert(rules_.end(), others.rules_.begin(), others.rules_.end());
}

Result<Profiles> Profiles::builtin() {
    return parse(builtin_text(), "builtin.toml");
}

} // namespace unwedge::profiles
