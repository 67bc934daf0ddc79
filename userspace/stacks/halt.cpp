// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/number.h"
#include "stacks/capture.h"
#include "util/own_thread.h"

#include <cerrno>
#include <csignal>
#include <thread>
#include <utility>

#include <sched.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <fmt/format.h>

namespace unwedge::stacks {

namespace {

constexpr Nanos most_patience = std::chrono::milliseconds(100);
constexpr auto nap = std::chrono::microseconds(50);

/// 0 if nobody traces it, or it can't be told.
facts::Pid tracer_of(const procfs::Proc &proc, facts::Pid pid, facts::Pid tid) {
    const auto status = proc.read_text(fmt::format("{}/task/{}/status", pid, tid));
    if (!status)
        return 0;
    constexpr std::string_view key = "\nTracerPid:";
    const auto found = status->find(key);
    if (found == std::string::npos)
        return 0;
    std::string_view rest = std::string_view(*status).substr(found + key.size());
    return procfs::parse_number<facts::Pid>(procfs::next_word(rest)).value_or(0);
}

Error seize_error(const procfs::Proc &proc, facts::Pid pid, facts::Pid tid, int code) {
    Error error = errno_error(fmt::format("can't stop thread {} of process {}", tid, pid), code);
    if (code != EPERM)
        return error;
    if (const facts::Pid tracer = tracer_of(proc, pid, tid))
        error.message += fmt::format("; process {} traces it already", tracer);
    else
        error.message += "; run unwedge as root, or where kernel.yama.ptrace_scope allows it";
    return error;
}

/// A thread that the calling thread traces, let go at the end.
class Seized {
  public:
    static Result<Seized> seize(const procfs::Proc &proc, facts::Pid pid, facts::Pid tid) {
        if (::ptrace(PTRACE_SEIZE, tid, nullptr, nullptr) != 0)
            return seize_error(proc, pid, tid, errno);
        return Seized(tid);
    }
    Seized(Seized &&other) noexcept
        : tid_(std::exchange(other.tid_, 0)), stopped_(other.stopped_), signal_(other.signal_) {}
    Seized &operator=(Seized &&) = delete;
    Seized(const Seized &) = delete;
    Seized &operator=(const Seized &) = delete;
    ~Seized() { release(); }

    /// Returns a moment at which it did not stand still yet.
    Result<Nanos> stop() {
        if (::ptrace(PTRACE_INTERRUPT, tid_, nullptr, nullptr) != 0)
            return errno_error(fmt::format("can't stop thread {}", tid_), errno);
        const Nanos begin = monotonic_now();
        for (Nanos seen = begin; seen - begin < most_patience;) {
            const Nanos before = monotonic_now();
            if (has_stopped())
                return seen;
            seen = before;
            // The thread may need this very CPU to get there.
            std::this_thread::sleep_for(nap);
        }
        return Error{fmt::format("thread {} does not stop: it has ended, or sleeps uninterruptibly", tid_),
                     EBUSY};
    }

    Result<Registers> registers() const {
        UserRegisters user{};
        iovec into{&user, sizeof user};
        if (::ptrace(PTRACE_GETREGSET, tid_, NT_PRSTATUS, &into) != 0)
            return errno_error(fmt::format("can't read the registers of thread {}", tid_), errno);
        if (into.iov_len != sizeof user)
            return Error{fmt::format("thread {} runs another kind of program than unwedge (32-bit)", tid_)};
        return registers_from(user);
    }

    /// Fails, without harm, on one that has not stopped: the end of the tracing thread lets that go.
    void release() {
        if (tid_ != 0 && stopped_)
            ::ptrace(PTRACE_DETACH, tid_, nullptr, signal_);
        tid_ = 0;
    }

  private:
    explicit Seized(facts::Pid tid) : tid_(tid) {}

    /// WSTOPPED only: of a child of unwedge, the end must stay to be waited for by whom it concerns.
    bool has_stopped() {
        siginfo_t info{};
        if (::waitid(P_PID, static_cast<id_t>(tid_), &info, WSTOPPED | WNOHANG | __WALL) != 0 ||
            info.si_pid == 0)
            return false;
        stopped_ = true;
        // Stopped on its way to handle a signal: that must not be lost.
        const bool by_event = info.si_status >> 8 != 0;
        signal_ = by_event ? 0 : info.si_status;
        return true;
    }

    facts::Pid tid_ = 0;
    bool stopped_ = false;
    long signal_ = 0;
};

/// Of the calling thread: while it waits for a CPU, the stopped thread stands still. Where the host forbids
/// it, that takes longer.
void hurry() {
    const sched_param lowest_of_all_realtime{1};
    ::sched_setscheduler(0, SCHED_RR, &lowest_of_all_realtime);
    ::prctl(PR_SET_TIMERSLACK, 1);
}

Result<Capture> seize_and_copy(const procfs::Proc &proc, facts::Pid pid, facts::Pid tid,
                               const std::vector<Area> &areas) {
    hurry();
    auto seized = Seized::seize(proc, pid, tid);
    if (!seized)
        return seized.error();
    const auto running = seized->stop();
    if (!running)
        return running.error();
    const auto registers = seized->registers();
    if (!registers)
        return registers.error();
    Capture capture;
    capture.registers = *registers;
    const auto copied = copy_stack(capture, pid, areas);
    seized->release();
    capture.stopped_for = monotonic_now() - *running;
    if (!copied)
        return copied.error();
    return capture;
}

} // namespace

Result<Capture> capture_stopped(const procfs::Proc &proc, facts::Pid pid, facts::Pid tid,
                                const std::vector<Area> &areas) {
    // That `tid` is of this process, before anything happens to it.
    if (const auto stat = proc.stat(pid, tid); !stat)
        return stat.error();
    Result<Capture> result = Error{"not traced"};
    if (Result<void> done = on_own_thread([&] { result = seize_and_copy(proc, pid, tid, areas); }); !done)
        return done.error();
    return result;
}

} // namespace unwedge::stacks
