// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/refusal.h"

#include "util/fd.h"

#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>

namespace unwedge::kernel {
namespace {

/// Makes the smallest of maps. Returns errno, or 0.
int try_bpf() {
    const Fd map(bpf_map_create(BPF_MAP_TYPE_ARRAY, nullptr, 4, 4, 1, nullptr));
    return map ? 0 : errno;
}

bool is_filtered() {
    return ::prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == SECCOMP_MODE_FILTER;
}

/// By a process of its own: a filter may kill who calls what it does not like.
Result<void> try_bpf_apart() {
    const pid_t pid = ::fork();
    if (pid < 0)
        return errno_error("fork", errno);
    if (pid == 0) {
        ::signal(SIGSYS, SIG_DFL);
        ::_exit(try_bpf());
    }
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    constexpr std::string_view what = "a seccomp filter refuses bpf(2)";
    constexpr std::string_view remedy = "let this container or service call it (docker: --security-opt "
                                        "seccomp=, systemd: SystemCallFilter=)";
    if (WIFSIGNALED(status))
        return Error{std::string(what) + ", and kills who calls it: " + std::string(remedy), EPERM};
    if (const int failed = WEXITSTATUS(status)) {
        Error error = errno_error(std::string(what), failed);
        error.message += ": " + std::string(remedy);
        return error;
    }
    return {};
}

Result<void> require_call() {
    if (is_filtered())
        return try_bpf_apart();
    if (const int failed = try_bpf())
        return errno_error("bpf(2) is refused", failed);
    return {};
}

/// A program that asks for this helper is refused while lockdown says "confidentiality". The iterators and
/// tracepoints are not: those alone would load.
Result<void> require_kernel_reads() {
    constexpr std::array<bpf_insn, 7> program{{
        {.code = BPF_ALU64 | BPF_MOV | BPF_X,
         .dst_reg = BPF_REG_1,
         .src_reg = BPF_REG_10,
         .off = 0,
         .imm = 0},
        {.code = BPF_ALU64 | BPF_ADD, .dst_reg = BPF_REG_1, .src_reg = 0, .off = 0, .imm = -8},
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2, .src_reg = 0, .off = 0, .imm = 8},
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_3, .src_reg = 0, .off = 0, .imm = 0},
        {.code = BPF_JMP | BPF_CALL, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = BPF_FUNC_probe_read_kernel},
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .src_reg = 0, .off = 0, .imm = 0},
        {.code = BPF_JMP | BPF_EXIT, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0},
    }};
    const Fd loaded(bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "unwedge_probe", "GPL", program.data(),
                                  program.size(), nullptr));
    if (loaded)
        return {};
    Error error = errno_error("BPF programs may not read kernel memory", errno);
    error.message += ": /sys/kernel/security/lockdown is [confidentiality]? It is lifted by booting with "
                     "lockdown=integrity";
    return error;
}

} // namespace

Result<void> require_bpf() {
    if (Result<void> callable = require_call(); !callable)
        return callable;
    return require_kernel_reads();
}

} // namespace unwedge::kernel
