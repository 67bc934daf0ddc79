// SPDX-License-Identifier: GPL-2.0-only
#include "stacks/demangle.h"
#include "stacks/reader.h"
#include "stacks/wire.h"

#include <csignal>
#include <cstdlib>

#include <unistd.h>

#include <gtest/gtest.h>

namespace unwedge::stacks {
namespace {

using namespace std::chrono_literals;

Result<UserStack> sample() {
    UserStack stack;
    stack.frames = {{"f(int)", "/lib/a.so", 0x7f01, 0x1, facts::SourceLine{"a.cpp", 12}},
                    {std::string("\0\xff", 2), "", 0x7f02, 0, std::nullopt}};
    stack.stopped_for = 42us;
    stack.missing = "the rest";
    return stack;
}

TEST(Wire, BringsBackWhatWentIn) {
    const auto stacks = decode(encode(sample()) + encode(Error{"gone", ESRCH}) + encode(UserStack{}));
    ASSERT_EQ(stacks.size(), 3U);
    ASSERT_TRUE(stacks[0]);
    EXPECT_EQ(stacks[0]->stopped_for, 42us);
    EXPECT_EQ(stacks[0]->missing, "the rest");
    ASSERT_EQ(stacks[0]->frames.size(), 2U);
    EXPECT_EQ(stacks[0]->frames[0].function, "f(int)");
    EXPECT_EQ(stacks[0]->frames[0].module, "/lib/a.so");
    EXPECT_EQ(stacks[0]->frames[0].address, 0x7f01U);
    EXPECT_EQ(stacks[0]->frames[0].offset, 1U);
    EXPECT_EQ(stacks[0]->frames[0].source->file, "a.cpp");
    EXPECT_EQ(stacks[0]->frames[0].source->line, 12);
    EXPECT_EQ(stacks[0]->frames[1].function, std::string("\0\xff", 2));
    EXPECT_FALSE(stacks[0]->frames[1].source);
    ASSERT_FALSE(stacks[1]);
    EXPECT_EQ(stacks[1].error().message, "gone");
    EXPECT_EQ(stacks[1].error().code, ESRCH);
    EXPECT_TRUE(stacks[2]->frames.empty());
}

TEST(Wire, SurvivesAnything) {
    const std::string whole = encode(sample());
    for (std::size_t length = 0; length < whole.size(); ++length)
        EXPECT_TRUE(decode(whole.substr(0, length)).empty()) << length;
    EXPECT_EQ(decode(whole + "\xff").size(), 1U);
    EXPECT_TRUE(decode(std::string(100, '\xff')).empty());
    for (std::size_t i = 0; i < whole.size(); ++i) {
        std::string bent = whole;
        bent[i] = '\xff';
        decode(bent);
    }
}

TEST(ReadApart, BringsWhatWasWritten) {
    const std::string much(1'000'000, 'x');
    const auto reading = read_apart([&](const Writer &write) { write("a"), write(much); }, 10s);
    ASSERT_TRUE(reading);
    EXPECT_EQ(reading->bytes, "a" + much);
    EXPECT_EQ(reading->trouble, "");
}

TEST(ReadApart, OutlivesItsReader) {
    const auto crashed = read_apart([](const Writer &write) { write("a"), ::raise(SIGKILL); }, 10s);
    ASSERT_TRUE(crashed);
    EXPECT_EQ(crashed->bytes, "a");
    EXPECT_NE(crashed->trouble, "");
    const auto thrown = read_apart([](const Writer &) { throw std::bad_alloc(); }, 10s);
    ASSERT_TRUE(thrown);
    EXPECT_NE(thrown->trouble, "");
}

TEST(ReadApart, LosesPatience) {
    const Nanos begin = monotonic_now();
    const auto reading = read_apart([](const Writer &write) { write("a"), ::pause(); }, 50ms);
    ASSERT_TRUE(reading);
    EXPECT_EQ(reading->bytes, "a");
    EXPECT_NE(reading->trouble.find("50 ms"), std::string::npos) << reading->trouble;
    EXPECT_LT(monotonic_now() - begin, 30s);
}

TEST(Demangle, WritesNamesAsPeopleDo) {
    EXPECT_EQ(demangle("_ZN3foo3barEi"), "foo::bar(int)");
    EXPECT_EQ(demangle("memcpy@@GLIBC_2.14"), "memcpy");
    EXPECT_EQ(demangle("epoll_wait"), "epoll_wait");
    EXPECT_EQ(demangle("_Znonsense"), "_Znonsense");
    EXPECT_EQ(demangle("@"), "@");
    EXPECT_EQ(demangle(""), "");
    EXPECT_EQ(demangle(std::string(100'000, 'a')).size(), 1000U);
}

/// 300 bytes that are more than any memory once written out: each type is a pair of the one before.
std::string bomb() {
    std::string symbol = "_Z1f1A1PIS_S_E";
    for (const char level : std::string("123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        symbol += std::string("S0_IS") + level + "_S" + level + "_E";
    return symbol;
}

TEST(Demangle, OfAHostileNameIsEndedFromOutside) {
    const auto reading = read_apart([](const Writer &write) { write(demangle(bomb())); }, 200ms);
    ASSERT_TRUE(reading);
    EXPECT_NE(reading->trouble, "");
}

} // namespace
} // namespace unwedge::stacks
