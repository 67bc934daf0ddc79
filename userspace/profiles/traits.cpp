// SPDX-License-Identifier: GPL-2.0-only
#include "profiles/traits.h"

#include "facts/actor_name.h"

#include <algorithm>
#include <utility>

namespace unwedge::profiles {
namespace {

/// Command lines can be megabytes long; what tells programs apart comes early.
constexpr std::size_t longest_text = 4096;

} // namespace

std::string joined(const std::vector<std::string> &words) {
    std::string text;
    for (const std::string &word : words) {
        if (!text.empty())
            text += ' ';
        text.append(word, 0, longest_text);
        if (text.size() >= longest_text)
            break;
    }
    text.resize(std::min(text.size(), longest_text));
    return text;
}

std::string program_name(std::string_view path) {
    path.remove_prefix(path.rfind('/') + 1);
    const std::string_view stem = path.substr(0, path.find_last_not_of("0123456789.") + 1);
    return std::string(stem.empty() ? path : stem);
}

Traits traits_of(const facts::Actor &actor, const facts::Actor *parent, Parent known, Links links) {
    Traits traits;
    traits.argv = joined(actor.argv);
    traits.program = actor.argv.empty() ? "" : program_name(actor.argv.front());
    traits.title = actor.title.empty() ? traits.argv : actor.title.substr(0, longest_text);
    traits.comm = actor.comm;
    traits.called = facts::actor_name(actor.argv, actor.comm);
    traits.forked = actor.forked;
    traits.links = links;
    traits.same_program = parent && facts::actor_name(parent->argv, parent->comm) == traits.called;
    traits.parent = std::move(known);
    return traits;
}

} // namespace unwedge::profiles
