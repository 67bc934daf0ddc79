// SPDX-License-Identifier: GPL-2.0-only
#include "provoke/lineage.h"

#include "provoke/hash.h"

#include <fmt/format.h>

namespace unwedge::provoke {

std::string Lineage::add(facts::Pid pid, facts::Pid parent) {
    std::string name = "1";
    if (!known_.empty() || unknown_.children > 0) {
        const auto found = known_.find(parent);
        Parent &of = found == known_.end() ? unknown_ : found->second;
        name = fmt::format("{}.{}", of.name, ++of.children);
    }
    if (name.size() > longest)
        name = fmt::format("~{:016x}", hash_of(name));
    known_[pid] = {.name = name};
    return name;
}

} // namespace unwedge::provoke
