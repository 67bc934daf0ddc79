// SPDX-License-Identifier: GPL-2.0-only
#include "util/capabilities.h"

#include <gtest/gtest.h>
#include <linux/capability.h>

#include <cerrno>

namespace unwedge {
namespace {

TEST(CapabilitiesTest, CountOrNotAsLongAsTheyArePermitted) {
    const Capabilities before = own_capabilities();
    if (!before.has(CAP_SETPCAP))
        GTEST_SKIP() << "needs a capability to give up";
    Capabilities idle = before;
    idle.effective = 0;
    ASSERT_EQ(set_own_capabilities(idle), 0);
    EXPECT_FALSE(own_capabilities().has(CAP_SETPCAP));
    EXPECT_EQ(own_capabilities().permitted, before.permitted);
    ASSERT_EQ(set_own_capabilities(before), 0);
    EXPECT_TRUE(own_capabilities().has(CAP_SETPCAP));
}

TEST(CapabilitiesTest, NoMoreThanArePermittedCanBeHad) {
    EXPECT_EQ(set_own_capabilities({.effective = 1, .permitted = 0, .inheritable = 0}), EPERM);
}

} // namespace
} // namespace unwedge
