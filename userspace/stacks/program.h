// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/stack.h"
#include "stacks/capture.h"

#include <memory>
#include <string>
#include <vector>

struct Dwfl;

namespace unwedge::stacks {

/// May a thread be stopped to read its stack?
enum class Stop {
    never,
    unnoticed, ///< if the thread would otherwise not be understood, and its call goes on as if nothing was
    needed     ///< if it would otherwise not be understood; what that does: capture_stopped()
};

constexpr std::size_t most_user_frames = 64;

/// The calls of one thread in user space.
struct UserStack {
    std::vector<facts::Frame> frames; ///< innermost first, at most most_user_frames
    Nanos stopped_for{};              ///< 0: it was not stopped
    std::string missing;              ///< why outer frames are missing; "" if none are
};

/// The files that one process executes. Each is opened when a stack first leads into it, and never while a
/// thread is stopped. Files and names come from strangers, and libdw takes its time with them: collect() does
/// all this in a process of its own.
class Program {
  public:
    /// `proc` must outlive it.
    static Result<Program> of(const procfs::Proc &proc, facts::Pid pid);

    /// First without touching the thread, which is enough for a thread that sleeps in code whose frames are
    /// found by the stack pointer alone (what compilers make of optimised code). Where an outer frame hangs
    /// on another register (code with frame pointers, alloca), the thread must be stopped, if `stop` allows
    /// that.
    Result<UserStack> stack(facts::Pid tid, Stop stop);

  private:
    /// A file as libdwfl's callbacks know it.
    struct Module {
        const procfs::Proc *proc;
        facts::Pid pid;
        Image image;
        std::vector<std::byte> copy; ///< of an image without a file; libelf reads from it
        bool has_lines = true;
    };
    struct End {
        void operator()(Dwfl *dwfl) const;
    };
    /// What is being unwound.
    struct Current {
        const Capture *capture = nullptr;
    };
    struct Callbacks;
    struct Unwound {
        std::vector<facts::Frame> frames;
        bool whole = false;  ///< the outermost frame, or the last that is wanted, was reached for certain
        std::string trouble; ///< what libdwfl failed at; "" if it says it was nothing
    };

    Program(const procfs::Proc &proc, facts::Pid pid);
    Result<void> attach();
    Unwound unwind(const Capture &capture, facts::Pid tid);
    bool is_outermost(std::uint64_t pc) const;
    facts::Frame describe(std::uint64_t pc, bool goes_on_there);
    Result<Capture> capture_asleep_patiently(facts::Pid tid) const;
    bool may_stop(Stop stop, const Result<Capture> &asleep) const;

    const procfs::Proc *proc_;
    facts::Pid pid_;
    std::vector<Area> areas_;
    std::vector<std::unique_ptr<Module>> modules_;
    std::unique_ptr<Current> current_; ///< libdwfl keeps its address
    std::unique_ptr<Dwfl, End> dwfl_;  ///< last: goes before what it points to
};

} // namespace unwedge::stacks
