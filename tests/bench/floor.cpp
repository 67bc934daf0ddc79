// SPDX-License-Identifier: GPL-2.0-only
/// floor CMD…: runs CMD while empty programs are attached where level trace has its own.
#include "floor.skel.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr int could_not = 125;

struct Destroy {
    void operator()(floor_bpf *skeleton) const { floor_bpf::destroy(skeleton); }
};

int failed(const char *what, int error) {
    std::fprintf(stderr, "floor: %s: %s\n", what, std::strerror(error));
    return could_not;
}

} // namespace

int main(int argc, char **argv) {
    if (argc < 2) {
        std::fputs("usage: floor CMD…\n", stderr);
        return could_not;
    }
    const std::unique_ptr<floor_bpf, Destroy> skeleton(floor_bpf::open_and_load());
    if (!skeleton)
        return failed("load", errno);
    if (const int error = floor_bpf::attach(skeleton.get()))
        return failed("attach", -error);
    pid_t child = 0;
    if (const int error = posix_spawnp(&child, argv[1], nullptr, nullptr, argv + 1, environ))
        return failed(argv[1], error);
    int status = 0;
    if (waitpid(child, &status, 0) < 0)
        return failed("waitpid", errno);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
