// SPDX-License-Identifier: GPL-2.0-only
#include "stage.h"
#include "workloads.h"

namespace bench {
namespace {

void run_true() {
    await_end(spawn([] {
        execl("/bin/true", "true", nullptr);
        fail("exec /bin/true");
    }));
}

struct Pipe {
    Pipe() {
        int fds[2];
        must(pipe(fds), "pipe");
        reader = fds[0];
        writer = fds[1];
    }
    int reader;
    int writer;
};

} // namespace

std::int64_t fork_exec(Count count) {
    for (Count i = 0; i < count / 20 + 1; ++i)
        run_true();
    const std::int64_t begin = now_ns();
    for (Count i = 0; i < count; ++i)
        run_true();
    return now_ns() - begin;
}

std::int64_t context_switch(Count count) {
    const Pipe there;
    const Pipe back;
    const Count warm_up = count / 20 + 10;
    const auto pass = [](int to, int from) {
        char byte = 0;
        must(write(to, &byte, 1), "write");
        must(read(from, &byte, 1), "read");
    };
    const pid_t other = spawn([&] {
        char byte = 0;
        for (Count i = 0; i < warm_up + count; ++i) {
            must(read(there.reader, &byte, 1), "read");
            must(write(back.writer, &byte, 1), "write");
        }
    });
    for (Count i = 0; i < warm_up; ++i)
        pass(there.writer, back.reader);
    const std::int64_t begin = now_ns();
    for (Count i = 0; i < count; ++i)
        pass(there.writer, back.reader);
    const std::int64_t took = now_ns() - begin;
    await_end(other);
    return took;
}

} // namespace bench
