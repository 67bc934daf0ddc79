// SPDX-License-Identifier: GPL-2.0-only
#include "session/report_context.h"

#include "session/host.h"

#include <utility>

namespace unwedge::session {

report::Context context_of(Look look, Means means, Nanos begin) {
    Host host = this_host();
    return {.at = std::move(look.at),
            .host = std::move(host.name),
            .kernel = std::move(host.kernel),
            .tier = std::move(means.tier),
            .level = std::move(means.level),
            .hooks = std::move(means.hooks),
            .command = {},
            .provoked = {},
            .watched = look.snapshot.at - begin,
            .snapshot = std::move(look.snapshot),
            .diagnosis = std::move(look.diagnosis),
            .stacks = {},
            .trees = {}};
}

} // namespace unwedge::session
