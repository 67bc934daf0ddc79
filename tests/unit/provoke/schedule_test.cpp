// SPDX-License-Identifier: GPL-2.0-only
#include "provoke/schedule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace unwedge::provoke {
namespace {

using namespace std::chrono_literals;

Spec everything() {
    Spec spec;
    spec.nice = true;
    spec.affinity = {0, 1, 2, 5};
    spec.stops = Stops{.names = "", .longest = 50ms};
    return spec;
}

std::vector<Step> first_steps(const Spec &spec, std::uint64_t seed, const std::string &lineage,
                              int count = 400) {
    Schedule schedule(spec, seed, lineage);
    std::vector<Step> steps;
    for (int i = 0; i < count; ++i)
        steps.push_back(*schedule.next());
    return steps;
}

std::vector<Step> of(Deed deed, std::vector<Step> steps) {
    std::erase_if(steps, [deed](const Step &step) { return step.deed != deed; });
    return steps;
}

TEST(ProvokeSchedule, IsTheSameForTheSameSeed) {
    EXPECT_EQ(first_steps(everything(), 42, "1.2"), first_steps(everything(), 42, "1.2"));
}

TEST(ProvokeSchedule, IsAnotherForAnotherSeedOrActor) {
    const std::vector<Step> steps = first_steps(everything(), 42, "1.2");
    EXPECT_NE(steps, first_steps(everything(), 43, "1.2"));
    EXPECT_NE(steps, first_steps(everything(), 42, "1.3"));
    EXPECT_NE(steps, first_steps(everything(), 42, "1"));
}

/// On this and any other machine, with any library: these numbers are part of what a seed promises.
TEST(ProvokeSchedule, IsTheSameEverywhere) {
    std::string told;
    for (const Step &step : first_steps(everything(), 1, "1", 6))
        told += std::to_string(step.at.count() / 1000) + " us: " + text_of(step) + "\n";
    EXPECT_EQ(told, "0 us: nice 6\n"
                    "0 us: on CPUs 0+5\n"
                    "347346 us: nice 6\n"
                    "371199 us: stop for 9.192 ms\n"
                    "641645 us: stop for 8.793 ms\n"
                    "665320 us: on CPUs 0-2+5\n");
}

TEST(ProvokeSchedule, GoesForwardInTime) {
    EXPECT_TRUE(std::ranges::is_sorted(first_steps(everything(), 7, "1"), {}, &Step::at));
}

TEST(ProvokeSchedule, KeepsItsBounds) {
    for (const std::uint64_t seed : {0ULL, 1ULL, 99ULL, static_cast<unsigned long long>(most_seed)})
        for (const Step &step : first_steps(everything(), seed, "1.1")) {
            EXPECT_GE(step.at, 0ns);
            switch (step.deed) {
            case Deed::stop:
                EXPECT_GE(step.length, 2500us);
                EXPECT_LE(step.length, 50ms);
                break;
            case Deed::renice:
                EXPECT_GE(step.nice, 0);
                EXPECT_LE(step.nice, 19);
                break;
            case Deed::move:
                EXPECT_FALSE(step.cpus.empty());
                EXPECT_TRUE(std::ranges::includes(everything().affinity, step.cpus)) << cpus_text(step.cpus);
            }
        }
}

/// An actor that is stopped again and again still has most of its time.
TEST(ProvokeSchedule, LeavesTimeBetweenStops) {
    const std::vector<Step> stops = of(Deed::stop, first_steps(everything(), 3, "1"));
    ASSERT_GT(stops.size(), 100U);
    Nanos stopped{};
    for (std::size_t i = 1; i < stops.size(); ++i) {
        const Nanos gap = stops[i].at - (stops[i - 1].at + stops[i - 1].length);
        EXPECT_GE(gap, 50ms);
        EXPECT_LE(gap, 400ms);
        stopped += stops[i].length;
    }
    const double share = seconds(stopped) / seconds(stops.back().at);
    EXPECT_GT(share, 0.05);
    EXPECT_LT(share, 0.2);
}

TEST(ProvokeSchedule, StopsAreNotTooOftenHoweverShort) {
    Spec spec;
    spec.stops = Stops{.names = "", .longest = 1ms};
    EXPECT_GT(first_steps(spec, 3, "1").back().at, 400 * 10ms);
}

TEST(ProvokeSchedule, ReachesAllThereIs) {
    std::set<int> nice;
    std::set<Cpus> cpus;
    for (const Step &step : first_steps(everything(), 5, "1", 4000)) {
        if (step.deed == Deed::renice)
            nice.insert(step.nice);
        if (step.deed == Deed::move)
            cpus.insert(step.cpus);
    }
    EXPECT_EQ(nice.size(), 20U);
    EXPECT_EQ(cpus.size(), 15U) << "each set of one to four CPUs";
}

/// One more kind of deed does not change the others: who takes one away looks for what it takes to hang.
TEST(ProvokeSchedule, KindsDoNotDependOnEachOther) {
    Spec stops_alone = everything();
    stops_alone.nice = false;
    stops_alone.affinity.clear();
    const std::vector<Step> among_others = of(Deed::stop, first_steps(everything(), 9, "1"));
    EXPECT_EQ(among_others, first_steps(stops_alone, 9, "1", static_cast<int>(among_others.size())));
}

TEST(ProvokeSchedule, HasNothingWhereNothingIsAskedFor) {
    Spec spec;
    spec.load = Load{.count = 2, .cpus = {}};
    spec.pin = {0};
    EXPECT_EQ(Schedule(spec, 1, "1").next(), std::nullopt);
}

TEST(ProvokeSchedule, IsToldToPeople) {
    EXPECT_EQ(text_of({.deed = Deed::stop, .length = 31204us}), "stop for 31.204 ms");
    EXPECT_EQ(text_of({.deed = Deed::renice, .nice = 7}), "nice 7");
    EXPECT_EQ(text_of({.deed = Deed::move, .cpus = {0, 1, 3}}), "on CPUs 0-1+3");
}

} // namespace
} // namespace unwedge::provoke
