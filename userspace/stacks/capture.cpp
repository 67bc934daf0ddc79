// SPDX-License-Identifier: GPL-2.0-only
#include "stacks/capture.h"

#include "procfs/memory.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace unwedge::stacks {

namespace {

constexpr std::uint64_t most_stack = std::uint64_t{512} << 10;

/// What changes as soon as the thread runs.
struct SleepMark {
    std::string call;     ///< its `syscall` file: where it sleeps
    std::string switches; ///< the end of its `status` file: how often it has gone to sleep

    bool operator==(const SleepMark &) const = default;
};

Result<SleepMark> sleep_mark(const procfs::Proc &proc, facts::Pid pid, facts::Pid tid) {
    auto call = proc.read_text(fmt::format("{}/task/{}/syscall", pid, tid));
    if (!call) {
        Error error = call.error();
        if (procfs::is_refusal(error))
            error.message += ", where kernel.yama.ptrace_scope allows that";
        return error;
    }
    const auto status = proc.read_text(fmt::format("{}/task/{}/status", pid, tid));
    if (!status)
        return status.error();
    const auto switches = status->find("\nvoluntary_ctxt_switches:");
    if (switches == std::string::npos)
        return Error{fmt::format("/proc does not tell how often thread {} has slept", tid)};
    return SleepMark{*std::move(call), status->substr(switches)};
}

} // namespace

std::optional<std::uint64_t> Capture::word(std::uint64_t address) const {
    std::uint64_t value = 0;
    if (address < registers.sp)
        return std::nullopt;
    const std::uint64_t offset = address - registers.sp;
    if (stack.size() < sizeof value || offset > stack.size() - sizeof value)
        return std::nullopt;
    std::memcpy(&value, stack.data() + offset, sizeof value);
    return value;
}

Result<void> copy_stack(Capture &capture, facts::Pid pid, const std::vector<Area> &areas) {
    const std::uint64_t sp = capture.registers.sp;
    const std::uint64_t end = end_of_area(areas, sp);
    if (end == 0)
        return Error{fmt::format("the stack pointer of a thread of process {} points to no memory", pid)};
    capture.stack.resize(std::min(end - sp, most_stack));
    const auto got = procfs::read_memory(pid, sp, capture.stack);
    if (!got)
        return got.error();
    capture.stack.resize(*got);
    return {};
}

Result<Capture> capture_asleep(const procfs::Proc &proc, facts::Pid pid, facts::Pid tid,
                               const std::vector<Area> &areas) {
    const auto before = sleep_mark(proc, pid, tid);
    if (!before)
        return before.error();
    const auto call = procfs::parse_syscall(before->call);
    if (!call)
        return call.error();
    const Error runs{fmt::format("thread {} runs", tid), EAGAIN};
    if (call->pc == 0)
        return runs;
    Capture capture;
    capture.registers = {call->pc, call->sp, std::nullopt};
    capture.call = *call;
    if (const auto copied = copy_stack(capture, pid, areas); !copied)
        return copied.error();
    const auto after = sleep_mark(proc, pid, tid);
    if (!after)
        return after.error();
    if (*after != *before)
        return runs;
    return capture;
}

} // namespace unwedge::stacks
