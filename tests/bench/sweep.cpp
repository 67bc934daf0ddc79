// SPDX-License-Identifier: GPL-2.0-only
/// sweep CMD…: runs CMD traced until it says that it is ready; then prints, as JSON, what a sweep of its
/// sockets takes per socket: unwedge's own and an empty program's, at once after the one before it and after
/// a rest.
#include "kernel/tracer.h"
#include "stage.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <ctime>
#include <fmt/format.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace {

using namespace std::chrono_literals;
using bench::must;
using unwedge::Fd;
using unwedge::Nanos;

/// As long as unwedge leaves between two sweeps where nothing is unread.
constexpr Nanos rest = 200ms;
constexpr int times = 15;

[[noreturn]] void failed(std::string_view what) {
    fmt::print(stderr, "sweep: {}\n", what);
    std::exit(125);
}

template <typename Value>
Value value_of(unwedge::Result<Value> result) {
    if (!result)
        failed(result.error().message);
    return std::move(*result);
}

/// CMD, held before its exec, with its standard input and output.
class Command {
  public:
    explicit Command(char **argv) {
        std::array<int, 2> gate{};
        std::array<int, 2> output{};
        must(pipe(gate.data()), "pipe");
        must(pipe(output.data()), "pipe");
        gate_ = Fd(gate[1]);
        output_ = Fd(output[0]);
        pid_ = bench::spawn([&] {
            char go = 0;
            must(read(gate[0], &go, 1), "read");
            must(dup2(gate[0], STDIN_FILENO), "dup2"); // open as long as this object is
            must(dup2(output[1], STDOUT_FILENO), "dup2");
            execvp(argv[0], argv);
            bench::fail(argv[0]);
        });
        close(gate[0]);
        close(output[1]);
        pidfd_ = Fd(must(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)), "pidfd_open"));
    }
    Command(const Command &) = delete;
    Command &operator=(const Command &) = delete;
    ~Command() {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }

    const Fd &pidfd() const { return pidfd_; }
    pid_t pid() const { return pid_; }
    void release_until_ready() {
        must(write(gate_.get(), "", 1), "write");
        char byte = 0;
        if (read(output_.get(), &byte, 1) != 1)
            failed("the command has ended and said nothing");
    }

  private:
    Fd gate_;
    Fd output_;
    Fd pidfd_;
    pid_t pid_ = -1;
};

/// The storage of sockets that the tracer of this process has made: the newest of that name.
Fd newest_map(std::string_view name) {
    Fd newest;
    for (__u32 id = 0; bpf_map_get_next_id(id, &id) == 0;) {
        Fd map(bpf_map_get_fd_by_id(id));
        bpf_map_info info{};
        __u32 size = sizeof(info);
        if (map && bpf_obj_get_info_by_fd(map.get(), &info, &size) == 0 && name == info.name)
            newest = std::move(map);
    }
    return newest;
}

/// A program that does nothing, in the iterator that unwedge's sweeps use.
Fd empty_iterator(bool over_the_map, pid_t command) {
    constexpr std::array<bpf_insn, 2> return_0{{
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .src_reg = 0, .off = 0, .imm = 0},
        {.code = BPF_JMP | BPF_EXIT, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0},
    }};
    const std::unique_ptr<btf, decltype(&btf__free)> types(btf__load_vmlinux_btf(), btf__free);
    const int place = btf__find_by_name_kind(
        types.get(), over_the_map ? "bpf_iter_bpf_sk_storage_map" : "bpf_iter_task_file", BTF_KIND_FUNC);
    LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = BPF_TRACE_ITER,
                .attach_btf_id = static_cast<__u32>(place));
    const Fd program(
        bpf_prog_load(BPF_PROG_TYPE_TRACING, "empty", "GPL", return_0.data(), return_0.size(), &options));
    const Fd ends = newest_map("ends");
    bpf_iter_link_info info{};
    if (over_the_map)
        info.map.map_fd = static_cast<__u32>(ends.get());
    else
        info.task.pid = static_cast<__u32>(command);
    LIBBPF_OPTS(bpf_link_create_opts, link_options, .iter_info = &info, .iter_info_len = sizeof(info));
    return Fd(must(bpf_link_create(program.get(), 0, BPF_TRACE_ITER, &link_options), "an empty iterator"));
}

void run_once(const Fd &iterator) {
    const Fd output(must(bpf_iter_create(iterator.get()), "bpf_iter_create"));
    char byte = 0;
    while (must(read(output.get(), &byte, 1), "reading an iterator") > 0)
        ;
}

/// What `sweep` takes of the CPU, in µs: the median.
template <typename Sweep>
double microseconds_of(Sweep sweep, Nanos pause) {
    std::vector<double> took;
    for (int i = 0; i < times; ++i) {
        std::this_thread::sleep_for(pause);
        timespec before{};
        timespec after{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
        sweep();
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
        took.push_back(static_cast<double>(after.tv_sec - before.tv_sec) * 1e6 +
                       static_cast<double>(after.tv_nsec - before.tv_nsec) / 1e3);
    }
    std::ranges::nth_element(took, took.begin() + times / 2);
    return took[times / 2];
}

} // namespace

int main(int argc, char **argv) {
    if (argc < 2)
        failed("usage: sweep CMD…");
    Command command(argv + 1);
    const unwedge::kernel::HookPlan plan = value_of(unwedge::kernel::probe_hooks());
    auto tracer = value_of(unwedge::kernel::Tracer::start(
        plan, {.level = unwedge::kernel::Level::trace, .stall_after = 3s, .sweep_gap = 2s}));
    if (const auto adopted = tracer.adopt(command.pidfd()); !adopted)
        failed(adopted.error().message);
    command.release_until_ready();

    std::uint64_t sockets = 0;
    const auto own = [&] {
        sockets = value_of(tracer.sweep(unwedge::monotonic_now(), {command.pid()})).ends;
        if (sockets == 0)
            failed("the command has no sockets");
    };
    const Fd iterator = empty_iterator(plan.sweeps_the_map(), command.pid());
    const auto empty = [&] { run_once(iterator); };
    own();
    const auto per_socket = [&](const char *name, const auto &sweep, Nanos pause) {
        fmt::print("\"{}\": {:.4f}, ", name, microseconds_of(sweep, pause) / static_cast<double>(sockets));
    };
    fmt::print("{{");
    per_socket("at_once_us", own, 0s);
    per_socket("rested_us", own, rest);
    per_socket("empty_at_once_us", empty, 0s);
    per_socket("empty_rested_us", empty, rest);
    fmt::print("\"sockets\": {}}}\n", sockets);
}
