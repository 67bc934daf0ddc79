// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace unwedge::kernel {

/// What is to be observed; how, is the plan's choice.
enum class Hook { receive, send, park, state, lifecycle, sweep };

std::string_view name(Hook hook);

/// One way to observe a hook, as tried on this host: a minimal program was loaded and attached.
struct Candidate {
    std::string mechanism; ///< "tp_btf", "iter", "sampled"
    std::string target;    ///< what it attaches to, e.g. "sock_recv_length"
    std::string refused;   ///< why it can't be used; empty: it works
};

/// The candidates of one hook, in order of preference.
struct HookChoice {
    Hook hook{};
    std::vector<Candidate> candidates;

    /// The mechanism in use, "off" if none works.
    std::string_view mechanism() const;
    bool works() const { return mechanism() != "off"; }
};

struct HookPlan {
    std::vector<HookChoice> choices; ///< one for each Hook, in its order

    const HookChoice &of(Hook hook) const;
};

/// Finds out what this host allows by loading and attaching one minimal program for each candidate, never by
/// kernel version or program type (FACTS: a type that is available may still not attach). About 60 ms.
/// Fails where BPF as such can't be used: no BTF, no permission.
Result<HookPlan> probe_hooks();

} // namespace unwedge::kernel
