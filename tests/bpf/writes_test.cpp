// SPDX-License-Identifier: GPL-2.0-only
#include "sockets.h"
#include "stage.h"

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>

namespace unwedge::test {
namespace {

using namespace std::chrono_literals;

constexpr int log_fd = 200;

class Writes : public Stage {
  protected:
    kernel::Settings settings() const override {
        kernel::Settings settings = Stage::settings();
        settings.calls.writes = facts::WritesWanted{.fd = log_fd, .window = 10s};
        return settings;
    }

    /// What an actor is told to have written in this one step.
    facts::Writing of(const std::function<void()> &step) {
        Actor actor([&step] {
            require(::dup2(::open("/dev/null", O_WRONLY), log_fd) == log_fd);
            step();
        });
        actor.start();
        adopt(actor);
        actor.step();
        const std::vector<facts::Writing> all = tracer().writings();
        EXPECT_LE(all.size(), 1U);
        EXPECT_EQ(tracer().writes_missed(), 0U);
        if (all.empty())
            return {};
        EXPECT_EQ(all.front().pid, actor.pid());
        return all.front();
    }
};

using NoWrites = Stage;

void log(std::string_view record, int fd = log_fd) {
    require(::write(fd, record.data(), record.size()) == static_cast<ssize_t>(record.size()));
}

void log_in_pieces(std::array<std::string_view, 3> pieces) {
    std::array<iovec, 3> vectors{};
    std::size_t length = 0;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        vectors.at(i) = {const_cast<char *>(pieces.at(i).data()), pieces.at(i).size()};
        length += pieces.at(i).size();
    }
    require(::writev(log_fd, vectors.data(), vectors.size()) == static_cast<ssize_t>(length));
}

TEST_F(Writes, DoubledLinesAreCounted) {
    const facts::Writing writing = of([] {
        for (const char *line : {"step one is done\n", "step two is done\n", "step three is done\n"}) {
            log(line);
            log(line);
        }
        log("and that is all\n");
    });
    EXPECT_EQ(writing.records, 7U);
    EXPECT_EQ(writing.doubled, 3U);
    EXPECT_EQ(writing.single, 1U);
}

TEST_F(Writes, ABareLineIsTheEndOfItsNeighbour) {
    const facts::Writing writing = of([] {
        log("2026-12-01 10:00:00,123 INFO app: step one is done\n");
        log("step one is done\n");
        log("step two is done\n");
        log("INFO:app:step two is done\n");
    });
    EXPECT_EQ(writing.bare, 2U);
    EXPECT_EQ(writing.single, 0U);
}

TEST_F(Writes, AVectorIsOneRecord) {
    const facts::Writing writing = of([] {
        log("step one is done\n");
        log_in_pieces({"step ", "", "one is done\n"});
        log_in_pieces({"", "another step\n", ""});
    });
    EXPECT_EQ(writing.doubled, 1U);
    EXPECT_EQ(writing.single, 1U);
}

TEST_F(Writes, LongLinesAreNotLookedAt) {
    const facts::Writing writing = of([] {
        log(std::string(511, 'x') + "\n");
        log(std::string(512, 'x') + "\n");
    });
    EXPECT_EQ(writing.records, 1U);
}

TEST_F(Writes, WhatIsNoLineIsNoRecord) {
    const facts::Writing writing = of([] {
        for (int i = 0; i < 4; ++i) {
            log("50 % done\r");
            log("\n");
            log("no end of line");
            log("a line on another descriptor\n", ::dup(log_fd));
        }
        log("one line\n");
    });
    EXPECT_EQ(writing.records, 1U);
}

TEST_F(Writes, StrangersAreNotLookedAt) {
    Actor stranger([] {
        require(::dup2(::open("/dev/null", O_WRONLY), log_fd) == log_fd);
        log("one line\n");
    });
    stranger.start();
    stranger.step();
    EXPECT_TRUE(tracer().writings().empty());
}

TEST_F(NoWrites, NothingIsKnownUnlessAskedFor) {
    EXPECT_TRUE(tracer().writings().empty());
}

} // namespace
} // namespace unwedge::test
