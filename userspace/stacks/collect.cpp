// SPDX-License-Identifier: GPL-2.0-only
#include "stacks/stacks.h"

#include "stacks/kernel_stack.h"
#include "stacks/reader.h"
#include "stacks/wire.h"

#include <string_view>

namespace unwedge::stacks {

namespace {

constexpr Nanos patience = std::chrono::seconds(5);

using UserStacks = std::map<facts::Pid, Result<UserStack>>;

/// In the reader process.
void read_stacks(const procfs::Proc &proc, facts::Pid pid, const std::vector<facts::Pid> &tids, Stop stop,
                 const Writer &write) {
    auto program = Program::of(proc, pid);
    for (const facts::Pid tid : tids)
        write(encode(program ? program->stack(tid, stop) : program.error()));
}

/// Each process has a reader of its own, so that a hostile one spoils nobody's stacks but its own.
void add_user_stacks(UserStacks &stacks, const procfs::Proc &proc, facts::Pid pid,
                     const std::vector<facts::Pid> &tids, Stop stop) {
    const auto reading =
        read_apart([&](const Writer &write) { read_stacks(proc, pid, tids, stop, write); }, patience);
    auto read = reading ? decode(reading->bytes) : std::vector<Result<UserStack>>();
    const std::string trouble = reading ? reading->trouble : reading.error().message;
    read.resize(tids.size(), Error{trouble.empty() ? "the reader left it out" : trouble});
    for (std::size_t i = 0; i < tids.size(); ++i)
        stacks.insert_or_assign(tids[i], read[i]);
}

void add_error(facts::ThreadStack &stack, std::string_view why) {
    stack.error.append(stack.error.empty() ? "" : "; ").append(why);
}

facts::ThreadStack joined(const ThreadId &thread, const Result<std::vector<std::string>> &kernel,
                          const Result<UserStack> &user) {
    facts::ThreadStack stack{thread.pid, thread.tid, {}, {}, {}, {}};
    if (kernel)
        stack.kernel = *kernel;
    else
        add_error(stack, kernel.error().message);
    if (!user) {
        // Of a process that is gone both say the same.
        if (kernel || kernel.error().message != user.error().message)
            add_error(stack, user.error().message);
        return stack;
    }
    stack.user = user->frames;
    stack.stopped_for = user->stopped_for;
    if (!user->missing.empty())
        add_error(stack, user->missing);
    return stack;
}

} // namespace

std::map<facts::Pid, facts::ThreadStack> collect(const procfs::Proc &proc,
                                                 const std::vector<ThreadId> &threads, Stop stop) {
    std::map<facts::Pid, Result<std::vector<std::string>>> kernel;
    std::map<facts::Pid, std::vector<facts::Pid>> by_process;
    for (const ThreadId &thread : threads) {
        // Before a stop makes the thread leave the kernel.
        const bool is_new = kernel.emplace(thread.tid, kernel_stack(proc, thread.pid, thread.tid)).second;
        if (is_new)
            by_process[thread.pid].push_back(thread.tid);
    }
    UserStacks user;
    for (const auto &[pid, tids] : by_process)
        add_user_stacks(user, proc, pid, tids, stop);
    std::map<facts::Pid, facts::ThreadStack> stacks;
    for (const auto &[pid, tids] : by_process)
        for (const facts::Pid tid : tids)
            stacks.emplace(tid, joined({pid, tid}, kernel.at(tid), user.at(tid)));
    return stacks;
}

} // namespace unwedge::stacks
