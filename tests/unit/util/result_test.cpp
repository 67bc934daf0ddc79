// SPDX-License-Identifier: GPL-2.0-only
#include "util/result.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>

namespace unwedge {
namespace {

TEST(Result, HoldsAValue) {
    Result<std::unique_ptr<int>> result(std::make_unique<int>(5));
    ASSERT_TRUE(result);
    const std::unique_ptr<int> taken = *std::move(result);
    EXPECT_EQ(*taken, 5);
}

TEST(Result, HoldsAnError) {
    const Result<int> result(errno_error("opening it", ENOENT));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message, "opening it: No such file or directory");
    EXPECT_EQ(result.error().code, ENOENT);
}

TEST(Result, HasWordsForAnErrorThatOnlyTheKernelKnows) {
    EXPECT_EQ(errno_error("attach", 524).message, "attach: not supported by this kernel");
}

TEST(Result, OfNothingIsSuccessByDefault) {
    EXPECT_TRUE(Result<void>());
    EXPECT_FALSE(Result<void>(Error{"no", 0}));
}

TEST(ResultDeathTest, ReadingTheWrongSideEndsTheProgram) {
    const Result<int> failed(Error{"no", 0});
    EXPECT_DEATH({ [[maybe_unused]] int value = *failed; }, "");
}

TEST(Result, AShortageIsWhatMayHavePassedTheNextTime) {
    for (const int code : {EMFILE, ENFILE, ENOMEM})
        EXPECT_TRUE(is_shortage(errno_error("opening it", code)));
    for (const int code : {0, ENOENT, EACCES, EPERM, ESRCH})
        EXPECT_FALSE(is_shortage({"no", code}));
}

} // namespace
} // namespace unwedge
