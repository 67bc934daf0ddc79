// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/hook_plan.h"

#include "kernel/refusal.h"
#include "util/fd.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <linux/bpf.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <memory>
#include <ranges>

namespace unwedge::kernel {
namespace {

constexpr std::string_view off = "off";

using Btf = std::unique_ptr<btf, decltype(&btf__free)>;

/// `return 0`.
constexpr std::array<bpf_insn, 2> minimal_program{{
    {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .src_reg = 0, .off = 0, .imm = 0},
    {.code = BPF_JMP | BPF_EXIT, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0},
}};

/// One attachment point in the kernel: how BTF names it and how a program gets there.
struct Point {
    bpf_attach_type attach_type;
    std::string btf_name;
    std::uint32_t btf_kind;
};

Point tracepoint(std::string_view target) {
    return {BPF_TRACE_RAW_TP, "btf_trace_" + std::string(target), BTF_KIND_TYPEDEF};
}

Point function_entry(std::string_view target) {
    return {BPF_TRACE_FENTRY, std::string(target), BTF_KIND_FUNC};
}

/// After the function has returned: its arguments and what it returns are there.
Point function_exit(std::string_view target) {
    return {BPF_TRACE_FEXIT, std::string(target), BTF_KIND_FUNC};
}

Point iterator(std::string_view target) {
    return {BPF_TRACE_ITER, "bpf_iter_" + std::string(target), BTF_KIND_FUNC};
}

/// A socket-storage map for the iterator over one; it needs BTF for its value: two words suffice.
Result<Fd> scratch_storage() {
    Btf types(btf__new_empty(), btf__free);
    int word = btf__add_int(types.get(), "int", 4, BTF_INT_SIGNED);
    if (word < 0 || btf__load_into_kernel(types.get()))
        return errno_error("load BTF", errno);
    LIBBPF_OPTS(bpf_map_create_opts, options, .btf_fd = static_cast<__u32>(btf__fd(types.get())),
                .btf_key_type_id = static_cast<__u32>(word), .btf_value_type_id = static_cast<__u32>(word),
                .map_flags = BPF_F_NO_PREALLOC);
    Fd map(bpf_map_create(BPF_MAP_TYPE_SK_STORAGE, "unwedge_probe", 4, 4, 0, &options));
    if (!map)
        return errno_error("create socket storage", errno);
    return map;
}

Result<void> attach(const Fd &program, const Point &point, std::string_view target) {
    if (point.attach_type != BPF_TRACE_ITER) {
        // Not only for raw tracepoints: it attaches any program that was loaded for one place in the kernel.
        Fd link(bpf_raw_tracepoint_open(nullptr, program.get()));
        return link ? Result<void>() : errno_error("attach", errno);
    }
    bpf_iter_link_info info{};
    Fd storage;
    if (target == "bpf_sk_storage_map") {
        Result<Fd> made = scratch_storage();
        if (!made)
            return made.error();
        storage = std::move(*made);
        info.map.map_fd = static_cast<__u32>(storage.get());
    }
    LIBBPF_OPTS(bpf_link_create_opts, options, .iter_info = storage ? &info : nullptr,
                .iter_info_len = storage ? static_cast<__u32>(sizeof(info)) : 0U);
    Fd link(bpf_link_create(program.get(), 0, BPF_TRACE_ITER, &options));
    return link ? Result<void>() : errno_error("attach", errno);
}

bool is_function(const Point &point) {
    return point.attach_type == BPF_TRACE_FEXIT || point.attach_type == BPF_TRACE_FENTRY;
}

Result<void> try_point(const btf *kernel_types, const Point &point, std::string_view target,
                       Probing probing) {
    int id = btf__find_by_name_kind(kernel_types, point.btf_name.c_str(), point.btf_kind);
    if (id < 0)
        return Error{"this kernel does not have it", ENOENT};
    LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = point.attach_type,
                .attach_btf_id = static_cast<__u32>(id));
    Fd program(bpf_prog_load(BPF_PROG_TYPE_TRACING, "unwedge_probe", "GPL", minimal_program.data(),
                             minimal_program.size(), &options));
    if (!program)
        return errno_error("load", errno);
    if (probing == Probing::first_that_loads && is_function(point))
        return {};
    return attach(program, point, target);
}

/// All ways to observe a hook that there are, best first.
struct Option {
    Hook hook;
    const char *mechanism;
    bool any_suffices;
    std::vector<const char *> targets;
};

constexpr std::string_view sampled = "sampled";

const std::vector<Option> &options() {
    static const std::vector<Option> all{
        {Hook::receive, "tp_btf", false, {"sock_recv_length"}},
        {Hook::receive,
         "fentry",
         false,
         {"tcp_recvmsg", "unix_stream_recvmsg", "unix_dgram_recvmsg", "unix_seqpacket_recvmsg"}},
        {Hook::send, "tp_btf", false, {"sock_send_length"}},
        {Hook::send,
         "fentry",
         false,
         {"tcp_sendmsg", "unix_stream_sendmsg", "unix_dgram_sendmsg", "unix_seqpacket_sendmsg"}},
        {Hook::arrival, "tp_btf", false, {"sk_data_ready"}},
        {Hook::arrival, "fentry", false, {"sock_def_readable"}},
        {Hook::park, "fentry", true, {"do_epoll_wait", "do_sys_poll", "core_sys_select", "io_cqring_wait"}},
        {Hook::park, "sampled", false, {"iter/task"}},
        {Hook::state, "tp_btf", false, {"inet_sock_set_state"}},
        {Hook::lifecycle,
         "tp_btf",
         false,
         {"sched_process_fork", "sched_process_exec", "sched_process_exit"}},
        {Hook::sweep, "iter", false, {"bpf_sk_storage_map", "task", "task_file"}},
    };
    return all;
}

constexpr std::array all_hooks{Hook::receive, Hook::send,      Hook::arrival, Hook::park,
                               Hook::state,   Hook::lifecycle, Hook::sweep};

/// Without these nothing can be traced.
bool is_needed(Hook hook) {
    return hook == Hook::state || hook == Hook::lifecycle || hook == Hook::sweep;
}

Point point_of(const Option &option, std::string_view target) {
    const std::string_view mechanism = option.mechanism;
    if (mechanism == "iter")
        return iterator(target);
    if (mechanism == "fentry")
        return option.hook == Hook::arrival ? function_entry(target) : function_exit(target);
    return tracepoint(target);
}

std::string try_target(const btf *kernel_types, const Option &option, std::string_view target,
                       Probing probing) {
    if (option.mechanism == sampled)
        return ""; // the sweep's iterator, tried there
    const Point point = point_of(option, target);
    const Result<void> done = try_point(kernel_types, point, target, probing);
    return done ? "" : done.error().message;
}

Candidate try_option(const btf *kernel_types, const Option &option, Probing probing) {
    Candidate candidate{option.mechanism, {}, option.any_suffices, ""};
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
            choice.candidates.push_back({option.mechanism, {}, false, "another one is asked for"});
        else if (probing != Probing::all && choice.works())
            choice.candidates.push_back({option.mechanism, {}, false, "not needed"});
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
        known += std::string(option.mechanism) + ", ";
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
    HookPlan plan;
    for (const Hook hook : all_hooks)
        plan.choices.push_back(choose(kernel_types.get(), hook, wishes, probing));
    for (const auto &[hook, mechanism] : wishes)
        if (mechanism != off && !plan.of(hook).works())
            return Error{"--hooks " + std::string(name(hook)) + "=" + mechanism +
                             ": this host refuses it: " + why_refused(plan.of(hook)),
                         EPERM};
    return plan;
}

} // namespace unwedge::kernel
