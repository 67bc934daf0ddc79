// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/place.h"

#include "util/fd.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

namespace unwedge::kernel {
namespace {

using Btf = std::unique_ptr<btf, decltype(&btf__free)>;

/// `return 0`.
constexpr std::array<bpf_insn, 2> minimal_program{{
    {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .src_reg = 0, .off = 0, .imm = 0},
    {.code = BPF_JMP | BPF_EXIT, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0},
}};

/// How a kernel's type information names a place.
struct Entry {
    std::string name;
    std::uint32_t kind;
};

Entry entry_of(Place place, std::string_view target) {
    switch (place) {
    case Place::tracepoint: return {"btf_trace_" + std::string(target), BTF_KIND_TYPEDEF};
    case Place::iterator: return {"bpf_iter_" + std::string(target), BTF_KIND_FUNC};
    default: return {std::string(target), BTF_KIND_FUNC};
    }
}

bpf_attach_type attach_type_of(Place place) {
    switch (place) {
    case Place::tracepoint: return BPF_TRACE_RAW_TP;
    case Place::function_entry: return BPF_TRACE_FENTRY;
    case Place::function_exit: return BPF_TRACE_FEXIT;
    default: return BPF_TRACE_ITER;
    }
}

bool is_kprobe(Place place) {
    return place == Place::kprobe || place == Place::kretprobe;
}

/// Detaching from it waits until no task is in there.
bool is_trampoline(Place place) {
    return place == Place::function_entry || place == Place::function_exit;
}

/// A map of storage needs BTF for its value: two words suffice.
Result<Fd> scratch_storage(bpf_map_type type) {
    Btf types(btf__new_empty(), btf__free);
    int word = btf__add_int(types.get(), "int", 4, BTF_INT_SIGNED);
    if (word < 0 || btf__load_into_kernel(types.get()))
        return errno_error("load BTF", errno);
    LIBBPF_OPTS(bpf_map_create_opts, options, .btf_fd = static_cast<__u32>(btf__fd(types.get())),
                .btf_key_type_id = static_cast<__u32>(word), .btf_value_type_id = static_cast<__u32>(word),
                .map_flags = BPF_F_NO_PREALLOC);
    Fd map(bpf_map_create(type, "unwedge_probe", 4, 4, 0, &options));
    if (!map)
        return errno_error("create storage", errno);
    return map;
}

Result<Fd> load(Place place, int btf_id) {
    LIBBPF_OPTS(bpf_prog_load_opts, options);
    if (!is_kprobe(place)) {
        options.expected_attach_type = attach_type_of(place);
        options.attach_btf_id = static_cast<__u32>(btf_id);
    }
    Fd program(bpf_prog_load(is_kprobe(place) ? BPF_PROG_TYPE_KPROBE : BPF_PROG_TYPE_TRACING, "unwedge_probe",
                             "GPL", minimal_program.data(), minimal_program.size(), &options));
    if (!program)
        return errno_error("load", errno);
    return program;
}

Result<void> attach_iterator(const Fd &program, std::string_view target) {
    bpf_iter_link_info info{};
    Fd storage;
    if (target == "bpf_sk_storage_map") {
        Result<Fd> made = scratch_storage(BPF_MAP_TYPE_SK_STORAGE);
        if (!made)
            return made.error();
        storage = std::move(*made);
        info.map.map_fd = static_cast<__u32>(storage.get());
    } else {
        info.task.pid = static_cast<__u32>(::getpid());
    }
    LIBBPF_OPTS(bpf_link_create_opts, options, .iter_info = &info,
                .iter_info_len = static_cast<__u32>(sizeof(info)));
    Fd link(bpf_link_create(program.get(), 0, BPF_TRACE_ITER, &options));
    return link ? Result<void>() : errno_error("attach", errno);
}

/// The first number in a file of sysfs, nullopt if there is none.
std::optional<std::uint32_t> number_in(const std::string &path, std::string_view before) {
    std::ifstream file(path);
    std::string text;
    file >> text;
    if (!text.starts_with(before))
        return std::nullopt;
    std::uint32_t number = 0;
    const char *end = text.data() + text.size();
    const auto [next, error] = std::from_chars(text.data() + before.size(), end, number);
    return error == std::errc() ? std::optional(number) : std::nullopt;
}

/// By perf_event_open(2), as libbpf does it: tracefs is not needed.
Result<void> attach_kprobe(const Fd &program, Place place, std::string_view target) {
    const std::string source = "/sys/bus/event_source/devices/kprobe";
    const std::optional<std::uint32_t> type = number_in(source + "/type", "");
    const std::optional<std::uint32_t> return_bit = number_in(source + "/format/retprobe", "config:");
    if (!type || !return_bit || *return_bit >= 64)
        return Error{"this kernel has no kprobes (" + source + ")", ENOENT};
    const std::string function(target);
    perf_event_attr attributes{};
    attributes.size = sizeof(attributes);
    attributes.type = *type;
    attributes.config = place == Place::kretprobe ? 1ULL << *return_bit : 0;
    attributes.config1 = reinterpret_cast<std::uintptr_t>(function.c_str());
    constexpr int every_process = -1;
    constexpr int first_cpu = 0;
    constexpr int no_group = -1;
    Fd event(static_cast<int>(::syscall(SYS_perf_event_open, &attributes, every_process, first_cpu, no_group,
                                        PERF_FLAG_FD_CLOEXEC)));
    if (!event || ::ioctl(event.get(), PERF_EVENT_IOC_SET_BPF, program.get()))
        return errno_error("attach", errno);
    return {};
}

Result<void> attach(const Fd &program, Place place, std::string_view target) {
    if (is_kprobe(place))
        return attach_kprobe(program, place, target);
    if (place == Place::iterator)
        return attach_iterator(program, target);
    // Not only for raw tracepoints: it attaches any program that was loaded for one place in the kernel.
    Fd link(bpf_raw_tracepoint_open(nullptr, program.get()));
    return link ? Result<void>() : errno_error("attach", errno);
}

} // namespace

Result<void> try_place(const btf *kernel_types, Place place, std::string_view target, Probing probing) {
    const Entry entry = entry_of(place, target);
    const int id = btf__find_by_name_kind(kernel_types, entry.name.c_str(), entry.kind);
    if (id < 0)
        return Error{"this kernel does not have it", ENOENT};
    const Result<Fd> program = load(place, id);
    if (!program)
        return program.error();
    if (probing == Probing::first_that_loads && is_trampoline(place))
        return {};
    return attach(*program, place, target);
}

std::uint32_t arguments_of(const btf *kernel_types, const char *function) {
    const int id = btf__find_by_name_kind(kernel_types, function, BTF_KIND_FUNC);
    const btf_type *type = id < 0 ? nullptr : btf__type_by_id(kernel_types, static_cast<__u32>(id));
    const btf_type *prototype = type ? btf__type_by_id(kernel_types, type->type) : nullptr;
    return prototype ? btf_vlen(prototype) : 0;
}

Result<void> try_task_storage() {
    const Result<Fd> map = scratch_storage(BPF_MAP_TYPE_TASK_STORAGE);
    return map ? Result<void>() : map.error();
}

} // namespace unwedge::kernel
