// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/caught_signals.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <csignal>

namespace unwedge::procfs {
namespace {

std::optional<bool> with_handlers_of(std::initializer_list<int> signals) {
    std::uint64_t mask = 0;
    for (const int signal : signals)
        mask |= std::uint64_t{1} << (signal - 1);
    return listens_to_signals(
        fmt::format("Name:\tx\nSigIgn:\t0000000001001000\nSigCgt:\t{:016x}\nCapInh:\t0\n", mask));
}

TEST(ListensToSignals, IfItHandlesOneThatTellsItSomething) {
    for (const int signal : {SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD, SIGCONT, SIGALRM, 34, 40, 64})
        EXPECT_EQ(with_handlers_of({signal}), true) << signal;
}

TEST(ListensToSignals, NotIfItHandlesWhatRuntimesDoForEverybody) {
    EXPECT_EQ(with_handlers_of({}), false);
    EXPECT_EQ(with_handlers_of({SIGINT, SIGSEGV, SIGBUS, SIGABRT, SIGPIPE, 32, 33}), false);
}

TEST(ListensToSignals, IsUnknownWithoutTheLine) {
    EXPECT_EQ(listens_to_signals(""), std::nullopt);
    EXPECT_EQ(listens_to_signals("Name:\tx\nSigCgt:\tnone\n"), std::nullopt);
}

} // namespace
} // namespace unwedge::procfs
