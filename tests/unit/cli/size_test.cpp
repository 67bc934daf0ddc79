// SPDX-License-Identifier: GPL-2.0-only
#include "cli/size.h"

#include <gtest/gtest.h>

namespace unwedge::cli {
namespace {

TEST(Size, BytesNeedNoUnit) {
    EXPECT_EQ(parse_size("0"), 0U);
    EXPECT_EQ(parse_size("4096"), 4096U);
    EXPECT_EQ(parse_size("18446744073709551615"), UINT64_MAX);
}

TEST(Size, UnitsArePowersOf1024) {
    EXPECT_EQ(parse_size("64K"), 65'536U);
    EXPECT_EQ(parse_size("1M"), 1'048'576U);
    EXPECT_EQ(parse_size("2G"), 2'147'483'648U);
}

TEST(Size, NonsenseIsRefused) {
    for (const char *text : {"", "K", "x", "4k", "4KB", "4 K", "-1", "+1", "0.5M", "1e3", "4KM",
                             "18446744073709551616", "17179869184G"})
        EXPECT_FALSE(parse_size(text)) << text;
}

} // namespace
} // namespace unwedge::cli
