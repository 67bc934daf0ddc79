// SPDX-License-Identifier: GPL-2.0-only
#include "provoke/cpus.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

namespace unwedge::provoke {
namespace {

TEST(ProvokeCpus, AreReadAndWritten) {
    EXPECT_EQ(parse_cpus("3"), Cpus({3}));
    EXPECT_EQ(parse_cpus("0-3"), Cpus({0, 1, 2, 3}));
    EXPECT_EQ(parse_cpus("6+0-1+1"), Cpus({0, 1, 6})) << "ascending, each once";
    EXPECT_EQ(cpus_text({0, 1, 2, 6, 8, 9}), "0-2+6+8-9");
    EXPECT_EQ(cpus_text({}), "");
}

TEST(ProvokeCpus, AreNothingElse) {
    for (const char *bad : {"", "+", "1+", "+1", "-", "1-", "-1", "2-1", "a", "1a", "0x1", "1,2", " 1",
                            "8192", "0-8192", "99999999999999999999", "1-2-3"})
        EXPECT_EQ(parse_cpus(bad), std::nullopt) << bad;
    EXPECT_EQ(parse_cpus("8191"), Cpus({8191}));
}

TEST(ProvokeCpus, AreThoseThatAThreadRunsOn) {
    const Cpus all = allowed_cpus();
    ASSERT_FALSE(all.empty());
    std::thread([&all] { // whose CPUs are its own
        ASSERT_EQ(run_on(0, {all.back()}), 0);
        EXPECT_EQ(allowed_cpus(), Cpus({all.back()}));
        EXPECT_EQ(run_on(0, {most_cpus - 1}), EINVAL) << "there is none of these";
    })
        .join();
    EXPECT_EQ(allowed_cpus(), all);
}

} // namespace
} // namespace unwedge::provoke
