// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/hook_plan.h"

#include "util/fd.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <linux/bpf.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <memory>

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
    if (point.attach_type == BPF_TRACE_RAW_TP) {
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

Result<void> load_and_attach(const btf *kernel_types, const Point &point, std::string_view target) {
    int id = btf__find_by_name_kind(kernel_types, point.btf_name.c_str(), point.btf_kind);
    if (id < 0)
        return Error{"this kernel does not have it", ENOENT};
    LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = point.attach_type,
                .attach_btf_id = static_cast<__u32>(id));
    Fd program(bpf_prog_load(BPF_PROG_TYPE_TRACING, "unwedge_probe", "GPL", minimal_program.data(),
                             minimal_program.size(), &options));
    if (!program)
        return errno_error("load", errno);
    return attach(program, point, target);
}

Candidate try_candidate(const btf *kernel_types, const std::string &mechanism, const char *target) {
    Point point = mechanism == "iter" ? iterator(target) : tracepoint(target);
    Result<void> done = load_and_attach(kernel_types, point, target);
    return {mechanism, target, done ? "" : done.error().message};
}

} // namespace

std::string_view name(Hook hook) {
    constexpr std::array names{"receive", "send", "park", "state", "lifecycle", "sweep"};
    return names.at(static_cast<std::size_t>(hook));
}

std::string_view HookChoice::mechanism() const {
    // A hook with several targets (lifecycle, sweep) works only if each of them does.
    if (hook == Hook::lifecycle || hook == Hook::sweep) {
        bool all = std::ranges::all_of(candidates, [](const Candidate &one) { return one.refused.empty(); });
        return all ? std::string_view(candidates.front().mechanism) : off;
    }
    auto first = std::ranges::find_if(candidates, [](const Candidate &one) { return one.refused.empty(); });
    return first == candidates.end() ? off : std::string_view(first->mechanism);
}

const HookChoice &HookPlan::of(Hook hook) const {
    return *std::ranges::find(choices, hook, &HookChoice::hook);
}

Result<HookPlan> probe_hooks() {
    Btf kernel_types(btf__load_vmlinux_btf(), btf__free);
    if (!kernel_types)
        return errno_error("reading the kernel's type information (/sys/kernel/btf/vmlinux, "
                           "CONFIG_DEBUG_INFO_BTF)",
                           errno);
    auto probe = [&](Hook hook, const char *mechanism, std::initializer_list<const char *> targets) {
        HookChoice choice{hook, {}};
        for (const char *target : targets)
            choice.candidates.push_back(try_candidate(kernel_types.get(), mechanism, target));
        return choice;
    };
    HookPlan plan;
    plan.choices.push_back(probe(Hook::receive, "tp_btf", {"sock_recv_length"}));
    plan.choices.push_back(probe(Hook::send, "tp_btf", {"sock_send_length"}));
    plan.choices.push_back({Hook::park, {{"sampled", "iter/task", ""}}});
    plan.choices.push_back(probe(Hook::state, "tp_btf", {"inet_sock_set_state"}));
    plan.choices.push_back(
        probe(Hook::lifecycle, "tp_btf", {"sched_process_fork", "sched_process_exec", "sched_process_exit"}));
    plan.choices.push_back(probe(Hook::sweep, "iter", {"bpf_sk_storage_map", "task", "task_file"}));
    return plan;
}

} // namespace unwedge::kernel
