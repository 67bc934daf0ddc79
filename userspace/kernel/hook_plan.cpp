// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/hook_plan.h"

#include "kernel/place.h"
#include "kernel/refusal.h"

#include <bpf/btf.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <ranges>

namespace unwedge::kernel {
namespace {

constexpr std::string_view off = "off";
constexpr std::string_view sampled = "sampled";
constexpr std::string_view kprobe = "kprobe";
constexpr std::string_view iter = "iter";
constexpr std::string_view iter_files = "iter_files";

using Btf = std::unique_ptr<btf, decltype(&btf__free)>;

/// All ways to observe a hook that there are, best first.
struct Option {
    Hook hook;
    std::string_view mechanism;
    bool any_suffices;
    std::vector<const char *> targets;
};

const std::vector<Option> &options() {
    static const std::vector<Option> all{
        {Hook::receive, "tp_btf", false, {"sock_recv_length"}},
        {Hook::receive,
         "fentry",
         false,
         {"tcp_recvmsg", "unix_stream_recvmsg", "unix_dgram_recvmsg", "unix_seqpacket_recvmsg"}},
        {Hook::receive,
         "kprobe",
         false,
         {"__tcp_cleanup_rbuf", "unix_stream_read_actor", "unix_stream_splice_actor", "skb_free_datagram"}},
        {Hook::send, "tp_btf", false, {"sock_send_length"}},
        {Hook::send,
         "fentry",
         false,
         {"tcp_sendmsg", "unix_stream_sendmsg", "unix_dgram_sendmsg", "unix_seqpacket_sendmsg"}},
        {Hook::send, "kprobe", false, {"tcp_sendmsg", "unix_stream_sendmsg", "unix_dgram_sendmsg"}},
        {Hook::arrival, "tp_btf", false, {"sk_data_ready"}},
        {Hook::arrival, "fentry", false, {"sock_def_readable"}},
        {Hook::arrival, "kprobe", false, {"sock_def_readable"}},
        {Hook::park, "fentry", true, {"do_epoll_wait", "do_sys_poll", "core_sys_select", "io_cqring_wait"}},
        {Hook::park, "kprobe", true, {"do_epoll_wait", "do_sys_poll", "core_sys_select", "io_cqring_wait"}},
        {Hook::park, "sampled", false, {"iter/task"}},
        {Hook::state, "tp_btf", false, {"inet_sock_set_state"}},
        {Hook::lifecycle,
         "tp_btf",
         false,
         {"sched_process_fork", "sched_process_exec", "sched_process_exit"}},
        {Hook::sweep, iter, false, {"bpf_sk_storage_map", "task", "task_file"}},
        {Hook::sweep, iter_files, false, {"task", "task_file"}},
    };
    return all;
}

constexpr std::array all_hooks{Hook::receive, Hook::send,      Hook::arrival, Hook::park,
                               Hook::state,   Hook::lifecycle, Hook::sweep};

/// Without these nothing can be traced.
bool is_needed(Hook hook) {
    return hook == Hook::state || hook == Hook::lifecycle || hook == Hook::sweep;
}

Place place_of(const Option &option) {
    const std::string_view mechanism = option.mechanism;
    if (mechanism == iter || mechanism == iter_files)
        return Place::iterator;
    if (mechanism == "fentry")
        return option.hook == Hook::arrival ? Place::function_entry : Place::function_exit;
    if (mechanism == kprobe)
        return option.hook == Hook::send ? Place::kretprobe : Place::kprobe;
    return Place::tracepoint;
}

std::string try_target(const btf *kernel_types, const Option &option, std::string_view target,
                       Probing probing) {
    if (option.mechanism == sampled)
        return ""; // the sweep's iterator, tried there
    const Result<void> done = try_place(kernel_types, place_of(option), target, probing);
    return done ? "" : done.error().message;
}

Candidate try_option(const btf *kernel_types, const Option &option, Probing probing) {
    Candidate candidate{std::string(option.mechanism), {}, option.any_suffices, ""};
    for (const char *target : option.targets)
        candidate.targets.push_back({target, try_target(kernel_types, option, target, probing)});
    return candidate;
}

HookChoice choose(const btf *kernel_types, Hook hook, const HookWishes &wishes, Probing probing) {
    HookChoice choice{hook, {}};
    const auto wish = wishes.find(hook);
    for (const Option &option : options()) {
        if (option.hook != hook)
            continue;
        if (wish != wishes.end() && wish->second != option.mechanism)
            choice.candidates.push_back(
                {std::string(option.mechanism), {}, false, "another one is asked for"});
        else if (probing != Probing::all && choice.works())
            choice.candidates.push_back({std::string(option.mechanism), {}, false, "not needed"});
        else
            choice.candidates.push_back(try_option(kernel_types, option, probing));
    }
    return choice;
}

std::string why_refused(const HookChoice &choice) {
    for (const Candidate &candidate : choice.candidates)
        for (const Target &target : candidate.targets)
            if (!target.refused.empty())
                return target.name + ": " + target.refused;
    return "";
}

bool by_kprobe(const HookPlan &plan, Hook hook) {
    return plan.of(hook).mechanism() == kprobe;
}

/// Programs on kprobes note what passes elsewhere than the others do (bpf/notes.h), so sends and receives go
/// together there, or one of them is off.
bool is_split(const HookPlan &plan) {
    return plan.of(Hook::receive).works() && plan.of(Hook::send).works() &&
           by_kprobe(plan, Hook::receive) != by_kprobe(plan, Hook::send);
}

HookPlan plan_for(const btf *kernel_types, const HookWishes &wishes, Probing probing) {
    HookPlan plan{.choices = {}, .tcp_recvmsg_arguments = arguments_of(kernel_types, "tcp_recvmsg")};
    for (const Hook hook : all_hooks)
        plan.choices.push_back(choose(kernel_types, hook, wishes, probing));
    return plan;
}

/// What was asked for and is refused.
Result<void> check_wishes(const HookPlan &plan, const HookWishes &wishes) {
    for (const auto &[hook, mechanism] : wishes)
        if (mechanism != off && !plan.of(hook).works())
            return Error{"--hooks " + std::string(name(hook)) + "=" + mechanism +
                             ": this host refuses it: " + why_refused(plan.of(hook)),
                         EPERM};
    return {};
}

/// What one of the comma-separated words of --hooks asks for.
Result<std::pair<Hook, std::string>> parse_wish(std::string_view word) {
    const std::size_t equals = word.find('=');
    const auto hook =
        std::ranges::find(all_hooks, word.substr(0, equals), [](Hook one) { return name(one); });
    if (equals == std::string_view::npos || hook == all_hooks.end())
        return Error{"'" + std::string(word) +
                         "' is not HOOK=MECHANISM, where HOOK is receive, send, arrival, park, state, "
                         "lifecycle or sweep",
                     EINVAL};
    const std::string mechanism(word.substr(equals + 1));
    std::string known;
    for (const Option &option : options()) {
        if (option.hook != *hook)
            continue;
        if (mechanism == option.mechanism)
            return std::pair(*hook, mechanism);
        known.append(option.mechanism).append(", ");
    }
    if (is_needed(*hook))
        return Error{"'" + std::string(word) + "': it can only be " + known.substr(0, known.size() - 2),
                     EINVAL};
    if (mechanism != off)
        return Error{"'" + std::string(word) + "': it can be " + known + "off", EINVAL};
    return std::pair(*hook, mechanism);
}

} // namespace

std::string_view name(Hook hook) {
    constexpr std::array names{"receive", "send", "arrival", "park", "state", "lifecycle", "sweep"};
    return names.at(static_cast<std::size_t>(hook));
}

bool Candidate::works() const {
    auto granted = [](const Target &target) { return target.refused.empty(); };
    if (!passed_over.empty())
        return false;
    return any_suffices ? std::ranges::any_of(targets, granted) : std::ranges::all_of(targets, granted);
}

const Candidate *HookChoice::chosen() const {
    auto first = std::ranges::find_if(candidates, &Candidate::works);
    return first == candidates.end() ? nullptr : &*first;
}

std::string_view HookChoice::mechanism() const {
    return chosen() ? std::string_view(chosen()->mechanism) : off;
}

bool HookChoice::uses(std::string_view mechanism, std::string_view target) const {
    const Candidate *candidate = chosen();
    return candidate && candidate->mechanism == mechanism &&
           std::ranges::any_of(candidate->targets, [target](const Target &one) {
               return one.name == target && one.refused.empty();
           });
}

const HookChoice &HookPlan::of(Hook hook) const {
    return *std::ranges::find(choices, hook, &HookChoice::hook);
}

bool HookPlan::notes_by_address() const {
    return by_kprobe(*this, Hook::receive) || by_kprobe(*this, Hook::send);
}

bool HookPlan::sweeps_the_map() const {
    return of(Hook::sweep).mechanism() == iter;
}

Result<void> HookPlan::require_the_needed() const {
    for (const HookChoice &choice : choices)
        if (is_needed(choice.hook) && !choice.works())
            return Error{"this host refuses what " + std::string(name(choice.hook)) +
                             " needs: " + why_refused(choice),
                         EPERM};
    return {};
}

Result<HookWishes> parse_wishes(std::string_view text) {
    HookWishes wishes;
    if (text.empty())
        return parse_wish(text).error();
    for (const auto part : text | std::views::split(',')) {
        Result<std::pair<Hook, std::string>> wish = parse_wish(std::string_view(part.begin(), part.end()));
        if (!wish)
            return wish.error();
        wishes.insert_or_assign(wish->first, wish->second);
    }
    return wishes;
}

Result<HookPlan> probe_hooks(const HookWishes &wishes, Probing probing) {
    if (Result<void> usable = require_bpf(); !usable)
        return usable.error();
    const Btf kernel_types(btf__load_vmlinux_btf(), btf__free);
    if (!kernel_types)
        return errno_error("no type information of this kernel (/sys/kernel/btf/vmlinux: it needs sysfs, and "
                           "a kernel with CONFIG_DEBUG_INFO_BTF)",
                           errno);
    if (Result<void> able = try_task_storage(); !able)
        return Error{"this kernel keeps no state for tasks and sockets (Linux 5.11): " + able.error().message,
                     able.error().code};
    HookPlan plan = plan_for(kernel_types.get(), wishes, probing);
    if (Result<void> granted = check_wishes(plan, wishes); !granted)
        return granted.error();
    if (!is_split(plan))
        return plan;
    HookWishes both = wishes;
    both.try_emplace(Hook::receive, kprobe);
    both.try_emplace(Hook::send, kprobe);
    plan = plan_for(kernel_types.get(), both, probing);
    if (Result<void> granted = check_wishes(plan, both); !granted)
        return granted.error();
    if (is_split(plan))
        return Error{"--hooks: if receive or send is kprobe, the other one is kprobe or off", EINVAL};
    return plan;
}

} // namespace unwedge::kernel
