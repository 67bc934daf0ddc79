// SPDX-License-Identifier: GPL-2.0-only
#include "stage.h"
#include "workloads.h"

#include <sys/socket.h>
#include <vector>

namespace bench {
namespace {

constexpr std::size_t read_size = 64 * 1024;

void write_all(int fd, const std::vector<char> &data, Count count) {
    for (Count i = 0; i < count; ++i)
        send_all(fd, data.data(), data.size());
}

void read_all(int fd, std::vector<char> &data, Count bytes) {
    while (bytes > 0) {
        const ssize_t received = must(recv(fd, data.data(), data.size(), 0), "recv");
        if (received == 0)
            fail("recv: end of file");
        bytes -= received;
    }
}

std::int64_t stream(std::size_t write_size, Count count) {
    const Pair pair = tcp_pair();
    const Count warm_up = count / 20 + 1;
    const Count size = static_cast<Count>(write_size);
    const pid_t writer = spawn([=] {
        const std::vector<char> data(write_size);
        char go = 0;
        close(pair.here);
        write_all(pair.there, data, warm_up);
        receive_all(pair.there, &go, 1); // else it would be ahead of the clock by what the queues hold
        write_all(pair.there, data, count);
    });
    close(pair.there);
    std::vector<char> data(read_size);
    read_all(pair.here, data, warm_up * size);
    const std::int64_t begin = now_ns();
    send_all(pair.here, "", 1);
    read_all(pair.here, data, count * size);
    const std::int64_t took = now_ns() - begin;
    await_end(writer);
    return took;
}

} // namespace

std::int64_t stream_64k(Count count) {
    return stream(64 * 1024, count);
}

std::int64_t stream_64(Count count) {
    return stream(64, count);
}

} // namespace bench
