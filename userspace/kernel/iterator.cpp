// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/iterator.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <unistd.h>

#include <cerrno>

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

Result<Fd> link_task_iterator(const bpf_program *program, facts::Pid pid) {
    bpf_iter_link_info info{};
    info.task.pid = static_cast<__u32>(pid);
    return link_iterator(program, info);
}

Result<std::vector<std::byte>> run_iterator(const Fd &link) {
    Fd iterator(bpf_iter_create(link.get()));
    if (!iterator)
        return errno_error("starting an iterator", errno);
    constexpr std::size_t chunk = 32768; // what the kernel's seq_file buffers
    std::vector<std::byte> bytes;
    for (;;) {
        std::size_t used = bytes.size();
        bytes.resize(used + chunk);
        ssize_t got = ::read(iterator.get(), bytes.data() + used, chunk);
        bytes.resize(used + (got > 0 ? static_cast<std::size_t>(got) : 0));
        if (got == 0)
            return bytes;
        // EAGAIN: a million elements were visited without output, and the kernel lets others run.
        if (got < 0 && errno != EINTR && errno != EAGAIN)
            return errno_error("reading an iterator", errno);
    }
}

} // namespace unwedge::kernel
