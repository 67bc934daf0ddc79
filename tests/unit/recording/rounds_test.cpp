// SPDX-License-Identifier: GPL-2.0-only
#include "recording/rounds.h"

#include <gtest/gtest.h>

#include <string>

namespace unwedge::recording {
namespace {

using namespace std::chrono_literals;

constexpr Nanos distance = 400ms;

Recording looking_at(const std::vector<Nanos> &times) {
    Recording recording;
    for (const Nanos at : times) {
        recording.looks.emplace_back();
        recording.looks.back().snapshot.at = at;
    }
    return recording;
}

/// "a0 b1 | a2": which looks of the first, the second, … are judged together.
std::string rounds(const std::vector<std::vector<Nanos>> &times) {
    std::vector<Recording> recordings;
    recordings.reserve(times.size());
    for (const std::vector<Nanos> &one : times)
        recordings.push_back(looking_at(one));
    std::string text;
    for (const Round &round : rounds_of(recordings, distance)) {
        text += text.empty() ? "" : " |";
        for (const auto &[recording, look] : round)
            text += (text.empty() ? "" : " ") + std::string(1, static_cast<char>('a' + recording)) +
                    std::to_string(look);
    }
    return text;
}

TEST(Rounds, OneThatLooksAloneIsJudgedAsByItself) {
    EXPECT_EQ(rounds({{1s, 1450ms, 1900ms, 60s}, {}}), "a0 | a1 | a2 | a3");
    EXPECT_EQ(rounds({{}, {}}), "");
}

TEST(Rounds, ThoseThatLookTogetherAreJudgedTogether) {
    EXPECT_EQ(rounds({{1s, 1450ms, 1900ms}, {1200ms, 1650ms, 2100ms}}), "a0 b0 | a1 b1 | a2 b2");
}

TEST(Rounds, NobodyIsMissingWhileItsLooksGoOn) {
    EXPECT_EQ(rounds({{1s, 1450ms, 1900ms, 2350ms, 2800ms, 3300ms}, {1500ms, 2900ms}}),
              "a0 | a1 b0 | a4 b1 | a5");
}

TEST(Rounds, WhatTimeWasUpForMeetsWhatOthersSawBeforeThat) {
    EXPECT_EQ(rounds({{1s, 1450ms, 1900ms, 2350ms}, {1500ms}}), "a0 | a1 b0 | a2 | a3");
    EXPECT_EQ(rounds({{1s, 1450ms}, {1900ms}}), "a0 | a1 b0");
}

TEST(Rounds, WhatIsOldIsJudgedWithoutTheNew) {
    EXPECT_EQ(rounds({{1s}, {3s}}), "a0 | b0");
    EXPECT_EQ(rounds({{1s}, {2s}}), "a0 b0");
}

TEST(Rounds, NoTwoAreTooClose) {
    EXPECT_EQ(rounds({{1s, 1450ms}, {1400ms}}), "a1 b0") << "the last look of the first one counts";
    EXPECT_EQ(rounds({{1s, 1450ms, 1900ms}, {1400ms}}), "a0 b0 | a2");
}

} // namespace
} // namespace unwedge::recording
