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

/// As that type's format says them.
enum class FunctionEnd : __u64 { entry = 0, exit = 1 };

Result<Fd> attach_empty_kprobe(const std::string &function, FunctionEnd end) {
    const Fd program(
        bpf_prog_load(BPF_PROG_TYPE_KPROBE, "floor", "GPL", return_0.data(), return_0.size(), nullptr));
    if (!program)
        return errno_error("loading an empty program", errno);
    perf_event_attr event{};
    event.size = sizeof(event);
    event.type = kprobe_event_type();
    event.config = static_cast<__u64>(end);
    event.kprobe_func = reinterpret_cast<std::uintptr_t>(function.c_str());
    Fd probe(static_cast<int>(::syscall(SYS_perf_event_open, &event, -1, 0, -1, PERF_FLAG_FD_CLOEXEC)));
    if (!probe || ::ioctl(probe.get(), PERF_EVENT_IOC_SET_BPF, program.get()) != 0 ||
        ::ioctl(probe.get(), PERF_EVENT_IOC_ENABLE, 0) != 0)
        return errno_error("attaching an empty program to " + function, errno);
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

/// As many programs as unwedge has there. Iterators: none, nothing is attached.
std::vector<Result<Fd>> attach_as_unwedge(const btf *types, const kernel::HookChoice &choice,
                                          const std::string &target) {
    std::vector<Result<Fd>> links;
    if (choice.mechanism() == "tp_btf") {
        links.push_back(attach_empty(types, BPF_TRACE_RAW_TP, "btf_trace_" + target, BTF_KIND_TYPEDEF));
    } else if (choice.mechanism() == "fentry") {
        links.push_back(attach_empty(types, BPF_TRACE_FEXIT, target, BTF_KIND_FUNC));
    } else if (choice.mechanism() == "kprobe") {
        links.push_back(attach_empty_kprobe(target, FunctionEnd::entry));
        if (choice.hook == kernel::Hook::send)
            links.push_back(attach_empty_kprobe(target, FunctionEnd::exit));
    }
    return links;
}

} // namespace

Result<std::vector<Fd>> attach_floor(const kernel::HookPlan &plan) {
    const Btf types(btf__load_vmlinux_btf(), btf__free);
    std::vector<Fd> links;
    for (const kernel::HookChoice &choice : plan.choices) {
        if (choice.hook == kernel::Hook::arrival || choice.hook == kernel::Hook::park)
            continue; // the floor is that of level trace while nothing is suspected
        for (const kernel::Target &target : choice.chosen()->targets) {
            if (!target.refused.empty())
                continue;
            for (Result<Fd> &link : attach_as_unwedge(types.get(), choice, target.name)) {
                if (!link)
                    return link.error();
                links.push_back(std::move(*link));
            }
        }
    }
    return links;
}

} // namespace unwedge::cost
