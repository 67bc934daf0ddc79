// SPDX-License-Identifier: GPL-2.0-only
#include "floor.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include <array>
#include <cerrno>
#include <memory>

namespace unwedge::cost {
namespace {

using Btf = std::unique_ptr<btf, decltype(&btf__free)>;

Result<Fd> attach_empty(const btf *types, bpf_attach_type type, const std::string &btf_name, __u32 btf_kind) {
    constexpr std::array<bpf_insn, 2> return_0{{
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .src_reg = 0, .off = 0, .imm = 0},
        {.code = BPF_JMP | BPF_EXIT, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0},
    }};
    const int place = btf__find_by_name_kind(types, btf_name.c_str(), btf_kind);
    LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = type,
                .attach_btf_id = static_cast<__u32>(place));
    const Fd program(
        bpf_prog_load(BPF_PROG_TYPE_TRACING, "floor", "GPL", return_0.data(), return_0.size(), &options));
    if (!program)
        return errno_error("loading an empty program for " + btf_name, errno);
    Fd link(bpf_raw_tracepoint_open(nullptr, program.get()));
    if (!link)
        return errno_error("attaching an empty program to " + btf_name, errno);
    return link;
}

} // namespace

Result<std::vector<Fd>> attach_floor(const kernel::HookPlan &plan) {
    const Btf types(btf__load_vmlinux_btf(), btf__free);
    std::vector<Fd> links;
    for (const kernel::HookChoice &choice : plan.choices) {
        if (choice.hook == kernel::Hook::arrival || choice.hook == kernel::Hook::park)
            continue; // the floor is that of level trace while nothing is suspected
        const bool function = choice.mechanism() == "fentry";
        if (!function && choice.mechanism() != "tp_btf")
            continue; // iterators: nothing is attached
        for (const kernel::Target &target : choice.chosen()->targets) {
            if (!target.refused.empty())
                continue;
            Result<Fd> link = function
                                  ? attach_empty(types.get(), BPF_TRACE_FEXIT, target.name, BTF_KIND_FUNC)
                                  : attach_empty(types.get(), BPF_TRACE_RAW_TP, "btf_trace_" + target.name,
                                                 BTF_KIND_TYPEDEF);
            if (!link)
                return link.error();
            links.push_back(std::move(*link));
        }
    }
    return links;
}

} // namespace unwedge::cost
