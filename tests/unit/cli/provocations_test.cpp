// SPDX-License-Identifier: GPL-2.0-only
#include "cli/provocations.h"

#include <gtest/gtest.h>

#include <string>

namespace unwedge::cli {
namespace {

using namespace std::chrono_literals;

const provoke::Cpus four_cpus{0, 1, 2, 5};

provoke::Spec parsed(const std::string &text) {
    Result<provoke::Spec> spec = parse_provocations(text, four_cpus);
    if (!spec)
        ADD_FAILURE() << text << ": " << spec.error().message;
    return spec ? std::move(*spec) : provoke::Spec{};
}

std::string why_not(const std::string &text) {
    const Result<provoke::Spec> spec = parse_provocations(text, four_cpus);
    return spec ? "" : spec.error().message;
}

TEST(Provocations, OneWordDoesOneThing) {
    const provoke::Spec cpu = parsed("cpu=3");
    EXPECT_EQ(cpu.text, "cpu=3");
    EXPECT_EQ(cpu.load->count, 3U);
    EXPECT_TRUE(cpu.load->cpus.empty());
    EXPECT_FALSE(cpu.nice || cpu.stops);
    EXPECT_TRUE(cpu.pin.empty() && cpu.affinity.empty());
    EXPECT_EQ(parsed("cpu=4@0-1+5").load->cpus, provoke::Cpus({0, 1, 5}));
    EXPECT_EQ(parsed("pin").pin, provoke::Cpus({0}));
    EXPECT_EQ(parsed("pin=1-2").pin, provoke::Cpus({1, 2}));
    EXPECT_TRUE(parsed("nice").nice);
    EXPECT_EQ(parsed("affinity").affinity, four_cpus);
}

TEST(Provocations, StopsTakeNamesAndATime) {
    const auto names = [](const char *text) { return parsed(text).stops->names; };
    const auto longest = [](const char *text) { return parsed(text).stops->longest; };
    EXPECT_EQ(names("stop"), "");
    EXPECT_EQ(longest("stop"), 0ns);
    EXPECT_EQ(names("stop:20ms"), "");
    EXPECT_EQ(longest("stop:20ms"), 20ms);
    EXPECT_EQ(names("stop=work?r*"), "work?r*");
    EXPECT_EQ(longest("stop=work?r*"), 0ns);
    EXPECT_EQ(names("stop=a:b=c:0.1s"), "a:b=c");
    EXPECT_EQ(longest("stop=a:b=c:0.1s"), 100ms);
}

TEST(Provocations, PartsAddUp) {
    const provoke::Spec spec = parsed("cpu=2,pin=0-1,affinity,stop=a*:5ms");
    EXPECT_EQ(spec.load->count, 2U);
    EXPECT_EQ(spec.pin, provoke::Cpus({0, 1}));
    EXPECT_EQ(spec.affinity, spec.pin) << "the tree is moved about where it is";
    EXPECT_EQ(spec.stops->longest, 5ms);
    EXPECT_FALSE(spec.nice);
}

TEST(Provocations, AllIsAMixtureThatLaterPartsChange) {
    const provoke::Spec all = parsed("all");
    EXPECT_EQ(all.load->count, 4U);
    EXPECT_TRUE(all.nice && all.stops);
    EXPECT_EQ(all.affinity, four_cpus);
    EXPECT_TRUE(all.pin.empty());
    const provoke::Spec changed = parsed("all,cpu=1,stop=x");
    EXPECT_EQ(changed.load->count, 1U);
    EXPECT_EQ(changed.stops->names, "x");
}

TEST(Provocations, WhatIsMeantByNoneIsSaid) {
    for (const char *bad :
         {"",         ",",          "cpu=1,",   ",cpu=1",   "cpu=1,,nice", "CPU=1",  "cpu",
          "cpu=",     "cpu=0",      "cpu=-1",   "cpu=257",  "cpu=x",       "cpu=1x", "cpu=1@",
          "cpu=1@9",  "cpu=1@x",    "pin=",     "pin=9",    "pin=1-0",     "pin=3",  "nice=1",
          "nice:1ms", "affinity=0", "all=1",    "stop=",    "stop:",       "stop=:", "stop=:5ms",
          "stop:0ms", "stop:0.1ms", "stop:11s", "stop:-1s", "stop=a:x",    "stopp",  "sleep"})
        EXPECT_NE(why_not(bad), "") << bad;
    EXPECT_EQ(why_not("pin=9"), "CPUs 9 are not all among those that may be used: 0-2+5");
    EXPECT_EQ(why_not("cpu=0"), "cpu takes a number of processes from 1 to 256, as in cpu=2 or cpu=2@0-1");
    EXPECT_EQ(why_not("cpu=1,sleep"),
              "'sleep' is not cpu=N[@CPUS], pin[=CPUS], nice, affinity, stop[=NAME-GLOB][:TIME] or all");
}

TEST(Provocations, NoStopIsNearAStall) {
    const auto limited = [](const char *text, Nanos stall_after) {
        provoke::Spec spec = parsed(text);
        return limit_stops(spec, stall_after) ? std::optional(spec.stops->longest) : std::nullopt;
    };
    EXPECT_EQ(limited("stop", 3s), 50ms);
    EXPECT_EQ(limited("stop", 100ms), 25ms);
    EXPECT_EQ(limited("stop:750ms", 3s), 750ms);
    EXPECT_EQ(limited("stop:751ms", 3s), std::nullopt);
    provoke::Spec none = parsed("nice");
    EXPECT_TRUE(limit_stops(none, 3s));
    EXPECT_FALSE(none.stops);
}

} // namespace
} // namespace unwedge::cli
