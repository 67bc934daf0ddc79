// SPDX-License-Identifier: GPL-2.0-only
/// floor CMD…: runs CMD while empty programs are attached where level trace has its own.
#include "cost/floor.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr int could_not = 125;

int failed(const std::string &what) {
    std::fprintf(stderr, "floor: %s\n", what.c_str());
    return could_not;
}

} // namespace

int main(int argc, char **argv) {
    if (argc < 2) {
        std::fputs("usage: floor CMD…\n", stderr);
        return could_not;
    }
    const unwedge::Result<unwedge::kernel::HookPlan> plan = unwedge::kernel::probe_hooks();
    if (!plan)
        return failed(plan.error().message);
    const unwedge::Result<std::vector<unwedge::Fd>> links = unwedge::cost::attach_floor(*plan);
    if (!links)
        return failed(links.error().message);
    pid_t child = 0;
    if (const int error = posix_spawnp(&child, argv[1], nullptr, nullptr, argv + 1, environ))
        return failed(std::string(argv[1]) + ": " + std::strerror(error));
    int status = 0;
    if (waitpid(child, &status, 0) < 0)
        return failed(std::string("waitpid: ") + std::strerror(errno));
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
