// SPDX-License-Identifier: GPL-2.0-only
// cost [PLAN…]: what unwedge's hooks add to what programs do, in instructions, as JSON; by default with each
// plan. Runs under `scripts/vm --icount` as root; scripts/cost starts it and judges what it says.
#include "counter.h"
#include "floor.h"
#include "subject.h"

#include "kernel/tracer.h"

#include <nlohmann/json.hpp>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iostream>
#include <set>
#include <string_view>

namespace unwedge::cost {
namespace {

using namespace std::chrono_literals;
using kernel::Level;

constexpr struct {
    std::string_view name;
    const char *wishes; ///< as for `unwedge run --hooks`
} plans[]{
    {"tp_btf", "receive=tp_btf,send=tp_btf,arrival=tp_btf"},
    {"fentry", "receive=fentry,send=fentry,arrival=fentry"},
    {"kprobe", "receive=kprobe,send=kprobe,arrival=kprobe"},
};

enum class Role { bystander, actor };

/// How unwedge is attached, and to whom.
struct Attachment {
    const char *name;
    Level level;
    Role role;
    bool suspects = false; ///< with the hooks that only a suspicion is worth
};

constexpr Attachment attachments[]{
    {"sample bystander", Level::sample, Role::bystander},
    {"sample actor", Level::sample, Role::actor},
    {"sample actor, suspecting", Level::sample, Role::actor, true},
    {"trace bystander", Level::trace, Role::bystander},
    {"trace actor", Level::trace, Role::actor},
    {"trace actor, suspecting", Level::trace, Role::actor, true},
    {"full bystander", Level::full, Role::bystander},
    {"full actor", Level::full, Role::actor},
};

Result<void> suspect(kernel::Tracer &tracer, Level level) {
    return level == Level::sample ? tracer.count_receives(true) : tracer.count_turns(true);
}

Result<Figures> traced(const kernel::HookPlan &plan, const Attachment &attachment) {
    Subject subject;
    Result<kernel::Tracer> tracer =
        kernel::Tracer::start(plan, {.level = attachment.level, .stall_after = 3s, .sweep_gap = 2s});
    if (!tracer)
        return tracer.error();
    if (attachment.suspects)
        if (Result<void> done = suspect(*tracer, attachment.level); !done)
            return done.error();
    const Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, subject.pid(), 0)));
    if (attachment.role == Role::actor)
        if (Result<void> done = tracer->adopt(pidfd); !done)
            return done.error();
    Result<Figures> figures = subject.measure();
    if (!tracer->losses().empty())
        return Error{"the programs lost something: what they did is not what they do", 0};
    return figures;
}

Result<Figures> on_the_floor(const kernel::HookPlan &plan) {
    Subject subject;
    const Result<std::vector<Fd>> links = attach_floor(plan);
    return links ? subject.measure() : links.error();
}

Figures difference(const Figures &with, const Figures &without) {
    Figures added;
    for (const auto &[scenario, count] : with)
        added[scenario] = count - without.at(scenario);
    return added;
}

/// What is added with the hooks of one plan.
Result<nlohmann::json> measure_plan(const std::string &name, const kernel::HookPlan &plan,
                                    const Figures &nothing) {
    nlohmann::json added;
    Result<Figures> floor = on_the_floor(plan);
    if (!floor)
        return floor.error();
    added[name + " floor"] = difference(*floor, nothing);
    for (const Attachment &attachment : attachments) {
        Result<Figures> figures = traced(plan, attachment);
        if (!figures)
            return figures.error();
        added[name + " " + attachment.name] = difference(*figures, nothing);
    }
    return added;
}

/// `wanted`: names of plans; none: all.
Result<nlohmann::json> measure(const std::set<std::string_view> &wanted) {
    utsname host{};
    ::uname(&host);
    Result<Figures> nothing = Subject().measure();
    if (!nothing)
        return nothing.error();
    nlohmann::json added = nlohmann::json::object();
    for (const auto &[name, wishes] : plans) {
        if (!wanted.empty() && !wanted.contains(name))
            continue;
        Result<kernel::HookPlan> plan = kernel::probe_hooks(*kernel::parse_wishes(wishes));
        if (!plan && plan.error().code == EPERM)
            continue; // this kernel has no such hooks
        if (!plan)
            return plan.error();
        Result<nlohmann::json> of_plan = measure_plan(std::string(name), *plan, *nothing);
        if (!of_plan)
            return of_plan.error();
        added.update(*of_plan);
    }
    Result<Figures> nothing_again = Subject().measure();
    if (!nothing_again)
        return nothing_again.error();
    return nlohmann::json{{"kernel", host.release},
                          {"nothing", *nothing},
                          {"nothing_again", difference(*nothing_again, *nothing)},
                          {"added", added}};
}

int run(const std::set<std::string_view> &wanted) {
    std::ofstream("/proc/sys/net/core/bpf_jit_enable") << 1;
    if (!counts_instructions()) {
        std::cerr << "cost: the time-stamp counter counts no instructions here: use scripts/cost\n";
        return 1;
    }
    Result<nlohmann::json> measured = measure(wanted);
    if (!measured) {
        std::cerr << "cost: " << measured.error().message << '\n';
        return 1;
    }
    std::cout << measured->dump(1) << '\n';
    return 0;
}

} // namespace
} // namespace unwedge::cost

int main(int argc, char **argv) {
    return unwedge::cost::run({argv + 1, argv + argc});
}
