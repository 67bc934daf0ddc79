// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "kernel/place.h"
#include "util/result.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace unwedge::kernel {

/// What is to be observed; how, is the plan's choice.
enum class Hook { receive, send, arrival, park, state, lifecycle, sweep };

std::string_view name(Hook hook);

/// One tracepoint, function or iterator that a candidate needs, as tried on this host: a minimal program was
/// loaded and attached.
struct Target {
    std::string name;    ///< e.g. "sock_recv_length"
    std::string refused; ///< why it can't be used; empty: it works
};

/// One way to observe a hook.
struct Candidate {
    std::string mechanism; ///< "tp_btf", "fentry", "kprobe", "iter", "iter_files", "sampled"
    std::vector<Target> targets;
    bool any_suffices = false; ///< works with some of its targets, too
    std::string passed_over;   ///< why it was not even tried; empty: it was

    bool works() const;
};

/// The candidates of one hook, in order of preference.
struct HookChoice {
    Hook hook{};
    std::vector<Candidate> candidates;

    /// The first candidate that works, or null.
    const Candidate *chosen() const;
    /// Its mechanism, "off" if none works.
    std::string_view mechanism() const;
    bool works() const { return chosen() != nullptr; }
    /// Is `target`, by that mechanism, part of what was chosen and does it work?
    bool uses(std::string_view mechanism, std::string_view target) const;
};

struct HookPlan {
    std::vector<HookChoice> choices;         ///< one for each Hook, in its order
    std::uint32_t tcp_recvmsg_arguments = 0; ///< how many that function of this kernel has

    const HookChoice &of(Hook hook) const;
    /// Are messages seen by kprobes? Their programs keep what they see apart from the sockets, and make none
    /// known.
    bool notes_by_address() const;
    /// Are tracked sockets visited in the map of their states? Else by the descriptors of each actor: some
    /// hosts refuse iterators over maps.
    bool sweeps_the_map() const;
    /// Fails with one line if a hook is refused without which nothing can be traced: state, lifecycle or
    /// sweep.
    Result<void> require_the_needed() const;
};

/// What the user has chosen himself: a mechanism, or "off".
using HookWishes = std::map<Hook, std::string>;

/// "receive=fentry,park=off". Fails with one line if a hook or mechanism does not exist, or may not be off.
Result<HookWishes> parse_wishes(std::string_view text);

/// Finds out what this host allows by loading and attaching one minimal program for each target, never by
/// kernel version or program type (FACTS: a type that is available may still not attach). About 60 ms, but
/// where functions are hooked each detaching waits until no task is in the trampoline: eleven of these are
/// half of all that a start takes, so `first_that_loads` leaves the proof to those who attach the real
/// programs. Fails where BPF as such can't be used (no BTF, no permission) and where a wish can't be granted.
Result<HookPlan> probe_hooks(const HookWishes &wishes = {}, Probing probing = Probing::first_that_works);

} // namespace unwedge::kernel
