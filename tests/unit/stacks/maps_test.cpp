// SPDX-License-Identifier: GPL-2.0-only
#include "stacks/maps.h"

#include <gtest/gtest.h>

namespace unwedge::stacks {
namespace {

constexpr std::string_view ordinary =
    "55d0c0000000-55d0c0001000 r--p 00000000 fd:01 77                         /opt/my app\n"
    "55d0c0001000-55d0c0003000 r-xp 00001000 fd:01 77                         /opt/my app\n"
    "55d0c0004000-55d0c0005000 rw-p 00003000 fd:01 77                         /opt/my app\n"
    "55d0c1000000-55d0c1021000 rw-p 00000000 00:00 0                          [heap]\n"
    "7f0000000000-7f0000001000 r--p 00000000 fd:01 80                         /usr/share/font.ttf\n"
    "7f0000002000-7f0000003000 r-xp 00000000 fd:01 81                         /lib/a.so (deleted)\n"
    "7f0000003000-7f0000004000 rw-p 00000000 00:00 0 \n"
    "7f0000004000-7f0000005000 rw-p 00001000 fd:01 81                         /lib/a.so (deleted)\n"
    "7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0                          [stack]\n"
    "7ffc00030000-7ffc00032000 r-xp 00000000 00:00 0                          [vdso]\n";

TEST(Maps, FindsWhatIsExecuted) {
    const auto areas = parse_maps(ordinary);
    ASSERT_TRUE(areas);
    const auto images = images_of(*areas);
    ASSERT_EQ(images.size(), 3U);
    EXPECT_EQ(images[0].path, "/opt/my app");
    EXPECT_EQ(images[0].inode, 77U);
    EXPECT_EQ(images[0].start, 0x55d0c0000000U);
    EXPECT_EQ(images[0].first_end, 0x55d0c0001000U);
    EXPECT_EQ(images[0].end, 0x55d0c0005000U);
    EXPECT_EQ(images[1].path, "/lib/a.so (deleted)");
    EXPECT_EQ(images[1].end, 0x7f0000005000U) << "its .bss lies in between";
    EXPECT_EQ(images[2].path, "[vdso]");
}

TEST(Maps, FindsTheEndOfAStack) {
    const auto areas = parse_maps(ordinary);
    ASSERT_TRUE(areas);
    EXPECT_EQ(end_of_area(*areas, 0x7ffc00000000), 0x7ffc00021000U);
    EXPECT_EQ(end_of_area(*areas, 0x7ffc00020fff), 0x7ffc00021000U);
    EXPECT_EQ(end_of_area(*areas, 0x7ffc00021000), 0U);
    EXPECT_EQ(end_of_area(*areas, 0), 0U);
    EXPECT_EQ(end_of_area({}, 1), 0U);
}

TEST(Maps, RefusesWhatTheKernelDoesNotWrite) {
    EXPECT_EQ(parse_maps("")->size(), 0U);
    for (const char *text : {"\n", "x", "1000-2000", "1000-2000 r-xp 0 fd:01", "2000-1000 r-xp 0 fd:01 7 /a",
                             "1000-1000 r-xp 0 fd:01 7 /a", "1000-2000 rx 0 fd:01 7 /a",
                             "1000-2000 r-xp 0 fd:01 -7 /a", "1000-11112222333344445 r-xp 0 fd:01 7 /a",
                             "1000-3000 r-xp 0 fd:01 7 /a\n2000-4000 r-xp 0 fd:01 8 /b"})
        EXPECT_FALSE(parse_maps(text)) << text;
}

TEST(Maps, TakesAnyPath) {
    const auto areas = parse_maps("1000-2000 r-xp 0 fd:01 7   \x1b[2J /\xff \n2000-3000 r-xp 0 fd:01 8");
    ASSERT_TRUE(areas);
    EXPECT_EQ((*areas)[0].path, "\x1b[2J /\xff ");
    EXPECT_EQ((*areas)[1].path, "");
}

} // namespace
} // namespace unwedge::stacks
