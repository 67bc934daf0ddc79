// SPDX-License-Identifier: GPL-2.0-only
// storm RATE SECONDS [PROGRAM]: starts RATE processes per second, which end at once or run PROGRAM, or as
// many as the host can, and exits with status 7. Prints as one JSON line how many there were, and how long it
// took.

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr int exit_status = 7;
constexpr int exit_usage = 2;

} // namespace

int main(int argc, char **argv) {
    if (argc != 3 && argc != 4)
        return exit_usage;
    const double rate = std::atof(argv[1]);
    const Seconds length(std::atof(argv[2]));
    long started = 0;
    const Clock::time_point begin = Clock::now();
    for (Seconds passed{}; passed < length; passed = Clock::now() - begin) {
        if (static_cast<double>(started) > rate * passed.count()) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            continue;
        }
        const pid_t pid = ::vfork();
        if (pid == 0) {
            if (argc == 4)
                ::execl(argv[3], argv[3], nullptr);
            ::_exit(argc == 4 ? EXIT_FAILURE : 0);
        }
        int status = -1;
        if (pid < 0 || ::waitpid(pid, &status, 0) != pid || status != 0) {
            std::perror("storm");
            return EXIT_FAILURE;
        }
        ++started;
    }
    std::printf("{\"started\": %ld, \"seconds\": %.3f}\n", started, Seconds(Clock::now() - begin).count());
    std::fflush(stdout);
    return exit_status;
}
