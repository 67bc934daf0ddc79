// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/iterator.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

namespace unwedge::kernel {
namespace {

Result<Fd> link_iterator(const bpf_program *program, bpf_iter_link_info info) {
    LIBBPF_OPTS(bpf_link_create_opts, options, .iter_info = &info,
                .iter_info_len = static_cast<__u32>(sizeof(info)));
    Fd link(bpf_link_create(bpf_program__fd(program), 0, BPF_TRACE_ITER, &options));
    if (!link)
        return errno_error(std::string("attaching iterator ") + bpf_program__name(program), errno);
    return link;
}

} // namespace

Result<Fd> link_map_iterator(const bpf_program *program, int map) {
    bpf_iter_link_info info{};
    info.map.map_fd = static_cast<__u32>(map);
    return link_iterator(program, info);
}

Result<Fd> link_host_iterator(const bpf_program *program) {
    return link_iterator(program, {});
}

Result<Fd> link_task_iterator(const bpf_program *program, facts::Pid pid) {
    bpf_iter_link_info info{};
    info.task.pid = static_cast<__u32>(pid);
    return link_iterator(program, info);
}

Result<std::vector<std::byte>> run_iterator(const Fd &link) {
    Fd iterator(bpf_iter_create(link.get()));
    if (!iterator)
        return errno_error("starting an iterator", errno);
    // What the kernel's seq_file buffers. Most runs fill little of it or nothing, so it is neither cleared
    // nor made anew each time.
    constexpr std::size_t chunk = 32768;
    static thread_local const auto buffer = std::make_unique_for_overwrite<std::byte[]>(chunk);
    std::vector<std::byte> bytes;
    for (;;) {
        const ssize_t got = ::read(iterator.get(), buffer.get(), chunk);
        if (got == 0)
            return bytes;
        if (got > 0)
            bytes.insert(bytes.end(), buffer.get(), buffer.get() + got);
        // EAGAIN: a million elements were visited without output, and the kernel lets others run.
        else if (errno != EINTR && errno != EAGAIN)
            return errno_error("reading an iterator", errno);
    }
}

} // namespace unwedge::kernel
