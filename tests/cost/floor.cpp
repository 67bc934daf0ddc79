// SPDX-License-Identifier: GPL-2.0-only
#include "floor.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <fstream>
#include <memory>

namespace unwedge::cost {
namespace {

using Btf = std::unique_ptr<btf, decltype(&btf__free)>;

constexpr std::array<bpf_insn, 2> return_0{{
    {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .src_reg = 0, .off = 0, .imm = 0},
    {.code = BPF_JMP | BPF_EXIT, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0},
}};

/// Type of the events that perf_event_open(2) makes of kernel functions; 0: this kernel has none.
__u32 kprobe_event_type() {
    __u32 type = 0;
    std::ifstream("/sys/bus/event_source/devices/kprobe/type") >> type;
    return type;
}

Result<Fd> attach_empty_kretprobe(const std::string &function) {
    const Fd program(
        bpf_prog_load(BPF_PROG_TYPE_KPROBE, "floor", "GPL", return_0.data(), return_0.size(), nullptr));
    if (!program)
        return errno_error("loading an empty program", errno);
    perf_event_attr event{};
    event.size = sizeof(event);
    event.type = kprobe_event_type();
    event.config = 1; // on return
    event.kprobe_func = reinterpret_cast<std::uintptr_t>(function.c_str());
    Fd probe(static_cast<int>(::syscall(SYS_perf_event_open, &event, -1, 0, -1, PERF_FLAG_FD_CLOEXEC)));
    if (!probe || ::ioctl(probe.get(), PERF_EVENT_IOC_SET_BPF, program.get()) != 0 ||
        ::ioctl(probe.get(), PERF_EVENT_IOC_ENABLE, 0) != 0)
        return errno_error("attaching an empty program to the return of " + function, errno);
    return probe;
}

Result<Fd> attach_empty(const btf *types, bpf_attach_type type, const std::string &btf_name, __u32 btf_kind) {
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

Result<Fd> attach_empty_to_function(const btf *types, const std::string &name, FunctionHook hook) {
    if (hook == FunctionHook::kretprobe)
        return attach_empty_kretprobe(name);
    return attach_empty(types, BPF_TRACE_FEXIT, name, BTF_KIND_FUNC);
}

Result<Fd> attach_empty_to_tracepoint(const btf *types, const std::string &name) {
    return attach_empty(types, BPF_TRACE_RAW_TP, "btf_trace_" + name, BTF_KIND_TYPEDEF);
}

} // namespace

Result<std::vector<Fd>> attach_floor(const kernel::HookPlan &plan, FunctionHook function_hook) {
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
            Result<Fd> link = function ? attach_empty_to_function(types.get(), target.name, function_hook)
                                       : attach_empty_to_tracepoint(types.get(), target.name);
            if (!link)
                return link.error();
            links.push_back(std::move(*link));
        }
    }
    return links;
}

} // namespace unwedge::cost
