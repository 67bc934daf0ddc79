// SPDX-License-Identifier: GPL-2.0-only
#include "session/cpu_limit.h"

#include <gtest/gtest.h>

namespace unwedge::session {
namespace {

std::string path_in(std::string_view text) {
    const std::optional<CgroupPath> found = cgroup_of(text);
    return found ? (found->is_v2 ? "v2 " : "v1 ") + found->path : "none";
}

TEST(CgroupOf, IsTheOneOfVersionTwo) {
    EXPECT_EQ(path_in("0::/system.slice/ci.service\n"), "v2 /system.slice/ci.service");
    EXPECT_EQ(path_in("0::/\n"), "v2 /");
}

TEST(CgroupOf, IsTheOneThatHasTheController) {
    EXPECT_EQ(path_in("5:memory:/m\n4:cpu,cpuacct:/a/b\n0::/c\n"), "v1 /a/b");
    EXPECT_EQ(path_in("3:cpuset:/s\n0::/c\n"), "v2 /c") << "another controller whose name begins so";
    EXPECT_EQ(path_in("4:cpu:/with:colon\n"), "v1 /with:colon");
}

TEST(CgroupOf, IsNoneWhereNothingTells) {
    for (const std::string_view text : {"", "\n", "0:", "nonsense", "5:memory:/m\n"})
        EXPECT_EQ(path_in(text), "none") << text;
}

} // namespace
} // namespace unwedge::session
