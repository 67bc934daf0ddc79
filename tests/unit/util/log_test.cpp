// SPDX-License-Identifier: GPL-2.0-only
#include "util/log.h"

#include <gtest/gtest.h>

namespace unwedge {
namespace {

TEST(LogTest, AMessageIsOneLineThatSteersNoTerminal) {
    ::testing::internal::CaptureStderr();
    log_to_stderr(false);
    spdlog::warn("{}", "evil\x1b]0;owned\x07\x9b\r\nunwedge: forged é");
    EXPECT_EQ(::testing::internal::GetCapturedStderr(),
              "unwedge: evil\\x1b]0;owned\\x07\\x9b\\x0d\\x0aunwedge: forged é\n");
}

TEST(LogTest, WhatIsBeingDoneIsForWhoAsks) {
    ::testing::internal::CaptureStderr();
    log_to_stderr(false);
    spdlog::info("unasked");
    log_to_stderr(true);
    spdlog::info("asked");
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "unwedge: asked\n");
}

} // namespace
} // namespace unwedge
