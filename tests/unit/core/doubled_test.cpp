// SPDX-License-Identifier: GPL-2.0-only
#include <linux/types.h>

#include "core/doubled.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace {

constexpr __u64 window = 50;

uw_print print_of(std::string_view record) {
    uw_print print{};
    for (auto byte = record.rbegin(); byte != record.rend(); ++byte)
        uw_print_add(&print, static_cast<__u8>(*byte));
    return print;
}

bool ends_with(std::string_view record, std::string_view bare) {
    const uw_print print = print_of(record);
    const uw_print other = print_of(bare);
    return uw_ends_with(&print, &other.whole) != 0;
}

/// A thread that logs.
class Thread {
  public:
    Thread &wrote(std::string_view record, __u64 after = 1) {
        now_ += after;
        const uw_print print = print_of(record);
        uw_writer_step(&writer_, &writing_, &print, now_, window);
        return *this;
    }
    const uw_writing &writing() const { return writing_; }

  private:
    uw_writer writer_{};
    uw_writing writing_{};
    __u64 now_ = 1000;
};

TEST(Print, TellsRecordsApart) {
    const uw_print one = print_of("connected to a\n");
    const uw_print same = print_of("connected to a\n");
    const uw_print other = print_of("connected to b\n");
    const uw_print longer = print_of("connected to aa\n");
    EXPECT_TRUE(uw_same_piece(&one.whole, &same.whole));
    EXPECT_FALSE(uw_same_piece(&one.whole, &other.whole));
    EXPECT_FALSE(uw_same_piece(&one.whole, &longer.whole));
}

TEST(Print, ARecordEndsWithWhatItIsWithoutItsPrefix) {
    EXPECT_TRUE(ends_with("2026-12-01 00:00:00,123 INFO app: connected to a\n", "connected to a\n"));
    EXPECT_TRUE(ends_with("INFO:app:connected to a\n", "connected to a\n"));
    EXPECT_TRUE(ends_with("[app]connected\n", "connected\n"));
    EXPECT_FALSE(ends_with("INFO app: disconnected\n", "connected\n")) << "not at a word's begin";
    EXPECT_FALSE(ends_with("INFO app: connected\n", "connected to a\n"));
    EXPECT_FALSE(ends_with("connected\n", "connected\n")) << "that is all of it";
}

TEST(Print, OfManyWordsTheFirstAreKept) {
    std::string tail = "message";
    for (int i = 0; i < 40; ++i)
        tail += " word";
    EXPECT_TRUE(ends_with("INFO app: " + tail, tail));
    EXPECT_FALSE(ends_with(tail, "word word"));
}

TEST(Doubled, TwoHandlersDoubleEachRecord) {
    Thread thread;
    for (const char *record : {"one\n", "two\n", "three\n"})
        thread.wrote(record).wrote(record);
    EXPECT_EQ(thread.writing().records, 6U);
    EXPECT_EQ(thread.writing().doubled, 3U);
    EXPECT_EQ(thread.writing().single, 0U);
}

TEST(Doubled, DifferentRecordsAreSingle) {
    const Thread thread = Thread().wrote("one\n").wrote("two\n").wrote("one\n").wrote("two\n");
    EXPECT_EQ(thread.writing().single, 4U);
    EXPECT_EQ(thread.writing().doubled, 0U);
}

TEST(Doubled, WhatComesLaterIsANewRecord) {
    const Thread thread = Thread().wrote("tick\n").wrote("tick\n", window + 1).wrote("tick\n", window + 1);
    EXPECT_EQ(thread.writing().single, 3U);
    EXPECT_EQ(thread.writing().doubled, 0U);
}

TEST(Doubled, ALineInALoopIsOneRecordThatIsRepeatedOrDoubled) {
    Thread thread;
    for (int i = 0; i < 5; ++i)
        thread.wrote("again\n");
    EXPECT_EQ(thread.writing().repeated, 1U);
    EXPECT_EQ(thread.writing().single + thread.writing().doubled, 0U);
    thread.wrote("again\n");
    EXPECT_EQ(thread.writing().doubled, 1U);
    EXPECT_EQ(thread.writing().repeated, 0U);
    EXPECT_EQ(thread.writing().records, 6U);
}

TEST(Doubled, ABareTwinMayComeFirstOrLast) {
    const Thread thread = Thread()
                              .wrote("INFO app: one\n")
                              .wrote("one\n")
                              .wrote("two\n")
                              .wrote("INFO app: two\n")
                              .wrote("INFO app: three\n");
    EXPECT_EQ(thread.writing().bare, 2U);
    EXPECT_EQ(thread.writing().single, 1U);
}

TEST(Doubled, APairThatWasFoundTakesNoThird) {
    const Thread thread = Thread().wrote("INFO app: one\n").wrote("one\n").wrote("one\n");
    EXPECT_EQ(thread.writing().bare, 1U);
    EXPECT_EQ(thread.writing().single, 1U);
}

} // namespace
