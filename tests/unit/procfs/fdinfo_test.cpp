// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/fdinfo.h"

#include <string>

#include <gtest/gtest.h>

namespace unwedge::procfs {
namespace {

constexpr const char *head = "pos:\t0\nflags:\t02000002\nmnt_id:\t17\nino:\t1038\n";

TEST(ParseEpoll, ReadsTheMasksOfTheWild) {
    const auto set =
        parse_epoll(std::string(head) +
                    "tfd:        4 events: 40000019 data:                4  pos:0 ino:6bbf sdev:9\n"
                    "tfd:       19 events: 40000000 data: ffffffffffffffff  pos:0 ino:61af sdev:9\n"
                    "tfd:        5 events: 80000019 data: deadbeef pos:-1 ino:ffffffffffffffff sdev:10\n");
    ASSERT_TRUE(set);
    ASSERT_EQ(set->size(), 3U);
    EXPECT_EQ((*set)[0].fd, 4);
    EXPECT_EQ((*set)[0].events, 0x40000019U);
    EXPECT_EQ((*set)[0].inode, 0x6bbfU);
    EXPECT_EQ((*set)[1].fd, 19);
    EXPECT_EQ((*set)[1].events, 0x40000000U);
    EXPECT_EQ((*set)[1].inode, 0x61afU);
    EXPECT_EQ((*set)[2].inode, UINT64_MAX);
}

TEST(ParseEpoll, AnEmptySetIsNoError) {
    EXPECT_TRUE(parse_epoll(head)->empty());
    EXPECT_TRUE(parse_epoll("")->empty());
    EXPECT_TRUE(parse_epoll("\n\n\n")->empty());
}

TEST(ParseEpoll, OtherLinesAreSkipped) {
    const auto set = parse_epoll("garbage\n" + std::string(100'000, 'x') +
                                 "\n tfd: 1 events: 1 ino:1\ntfd: 2 events: 1 data: 2 pos:0 ino:a sdev:9\n");
    ASSERT_TRUE(set);
    ASSERT_EQ(set->size(), 1U);
    EXPECT_EQ(set->front().fd, 2);
}

TEST(ParseEpoll, ARegistrationThatCantBeReadIsAnError) {
    for (const char *line : {
             "tfd:",
             "tfd: events: 19 data: 4 pos:0 ino:6bbf sdev:9",
             "tfd: -4 events: 19 data: 4 pos:0 ino:6bbf sdev:9",
             "tfd: 2147483648 events: 19 data: 4 pos:0 ino:6bbf sdev:9",
             "tfd: 18446744073709551616 events: 19 data: 4 pos:0 ino:6bbf sdev:9",
             "tfd: 4 events: 100000019 data: 4 pos:0 ino:6bbf sdev:9",
             "tfd: 4 events: -1 data: 4 pos:0 ino:6bbf sdev:9",
             "tfd: 4 events: 0x19 data: 4 pos:0 ino:6bbf sdev:9",
             "tfd: 4 events: 19 data: 4 pos:0 ino:10000000000000000 sdev:9",
             "tfd: 4 events: 19 data: 4 pos:0 ino:",
             "tfd: 4 events: 19 data: 4 pos:0",
             "tfd: 4 events: 19",
             "tfd: 4",
             "tfd: 4z events: 19 data: 4 pos:0 ino:6bbf sdev:9",
         })
        EXPECT_FALSE(parse_epoll(std::string(head) + line + "\n")) << line;
}

TEST(ParseEpoll, CutOffAnywhereItIsNeverWrong) {
    const std::string text = "tfd:       42 events:       19 data:  4  pos:0 ino:6bbf sdev:9\n";
    for (std::size_t length = 1; length < text.size(); ++length)
        EXPECT_FALSE(parse_epoll(std::string_view(text).substr(0, length))) << length;
    EXPECT_TRUE(parse_epoll(text));
}

TEST(ParseTimerfd, ArmedDisarmedExpired) {
    const auto text = [](const char *ticks, const char *value) {
        return std::string(head) + "clockid: 1\nticks: " + ticks + "\nsettime flags: 01\nit_value: " + value +
               "\nit_interval: (1, 0)\n";
    };
    const auto armed = parse_timerfd(text("0", "(2, 49406829)"));
    ASSERT_TRUE(armed);
    EXPECT_FALSE(armed->expired);
    EXPECT_EQ(armed->remaining, std::chrono::seconds(2) + Nanos(49406829));

    const auto disarmed = parse_timerfd(text("0", "(0, 0)"));
    ASSERT_TRUE(disarmed);
    EXPECT_FALSE(disarmed->expired);
    EXPECT_EQ(disarmed->remaining, std::nullopt);

    const auto expired = parse_timerfd(text("18446744073709551615", "(0, 0)"));
    ASSERT_TRUE(expired);
    EXPECT_TRUE(expired->expired);
    EXPECT_EQ(expired->remaining, std::nullopt);

    EXPECT_EQ(parse_timerfd(text("0", "(18446744073709551615, 999999999)"))->remaining, std::nullopt);
    EXPECT_EQ(parse_timerfd(text("0", "(9223372036, 854775807)"))->remaining, std::nullopt);
    EXPECT_EQ(parse_timerfd(text("0", "(9223372035, 0)"))->remaining, Nanos(9'223'372'035'000'000'000));
}

TEST(ParseTimerfd, WhatCantBeReadIsAnError) {
    for (const char *value : {"", "(1)", "(1, )", "(, 1)", "1, 0", ")1, 0(", "(-1, 0)", "(1, 1000000000)",
                              "(18446744073709551616, 0)", "(1,0)", "(1, 0"})
        EXPECT_FALSE(parse_timerfd("ticks: 0\nit_value: " + std::string(value) + "\n")) << value;
    EXPECT_FALSE(parse_timerfd(""));
    EXPECT_FALSE(parse_timerfd("it_value: (1, 0)\n"));
    EXPECT_FALSE(parse_timerfd("ticks: 0\n"));
    EXPECT_FALSE(parse_timerfd("ticks: -1\nit_value: (1, 0)\n"));
    EXPECT_FALSE(parse_timerfd("ticks: 0\nit_value: (1, 0)")); // no newline: cut off
}

TEST(ParsePidfd, NamesAProcessOrNone) {
    EXPECT_EQ(*parse_pidfd(std::string(head) + "Pid:\t1234\nNSpid:\t1234\t1\n"), 1234);
    for (const char *line :
         {"Pid:\t-1\n", "Pid:\t0\n", "Pid:\t99999999999\n", "Pid:\t\n", "Pid:\tx\n", "Pid:\t12", ""})
        EXPECT_FALSE(parse_pidfd(std::string(head) + line)) << line;
}

} // namespace
} // namespace unwedge::procfs
