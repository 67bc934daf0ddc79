// SPDX-License-Identifier: GPL-2.0-only
/// workload NAME COUNT: does NAME that often and prints {"ops": N, "ns": T}.
/// workload populate ACTORS SOCKETS, workload stamp: see below.
#include "stage.h"
#include "workloads.h"

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

namespace {

const std::map<std::string, std::int64_t (*)(bench::Count)> workloads{
    {"echo_tcp", bench::echo_tcp},
    {"echo_unix", bench::echo_unix},
    {"echo_1000", bench::echo_1000},
    {"stream_64k", bench::stream_64k},
    {"stream_64", bench::stream_64},
    {"getppid", bench::getppid_loop},
    {"log_line", bench::log_line},
    {"epoll_wait", bench::epoll_wait_loop},
    {"send_recv", bench::send_recv},
    {"fork_exec", bench::fork_exec},
    {"context_switch", bench::context_switch},
};

int usage() {
    std::fputs("usage: workload NAME COUNT | workload populate ACTORS SOCKETS | workload stamp\n"
               "NAME is one of:",
               stderr);
    for (const auto &[name, run] : workloads)
        std::fprintf(stderr, " %s", name.c_str());
    std::fputs("\n", stderr);
    return 2;
}

} // namespace

int main(int argc, char **argv) {
    const std::int64_t started_ns = bench::now_ns();
    const std::string name = argc > 1 ? argv[1] : "";
    if (name == "stamp") { // when it began to run
        std::printf("%" PRId64 "\n", started_ns);
        return 0;
    }
    if (name == "populate" && argc == 4) {
        bench::populate(std::atoi(argv[2]), std::atoi(argv[3]));
        return 0;
    }
    const auto workload = workloads.find(name);
    const bench::Count count = argc == 3 ? std::atoll(argv[2]) : 0;
    if (workload == workloads.end() || count <= 0)
        return usage();
    bench::pin();
    std::printf("{\"ops\": %" PRId64 ", \"ns\": %" PRId64 "}\n", count, workload->second(count));
    return 0;
}
