// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/fingerprint.h"

#include <gtest/gtest.h>

#include <set>

namespace unwedge::diagnosis {
namespace {

// Flake rates are compared over years by these values: a change here is a break of the format.
TEST(Fingerprint, HasTheseValuesForEver) {
    EXPECT_EQ(fingerprint({}), "cbf29ce484222325");
    EXPECT_EQ(fingerprint({"stopped_consuming", "", "tcp", "epoll", "child", "parent"}), "ea4dab1af664c153");
    EXPECT_EQ(fingerprint({"blocked_loop", "lock"}), "2c6c0563942ef9cb");
    EXPECT_EQ(fingerprint({"waiting", "parent", "child"}), "44fc1f92182e29ea");
    EXPECT_EQ(fingerprint({"worker-1"}), "4ab630b3f3d3008e");
    EXPECT_EQ(fingerprint({"\xc3\xa9"}), "5feb231c1dfafbb3") << "bytes above 127";
}

TEST(Fingerprint, FoldsRunsOfDigits) {
    EXPECT_EQ(fingerprint({"worker-7"}), fingerprint({"worker-123"}));
    EXPECT_EQ(fingerprint({"0"}), fingerprint({"9876543210"}));
    EXPECT_EQ(fingerprint({"a1b2"}), fingerprint({"a33b44"}));
}

TEST(Fingerprint, DistinguishesWhatIsNotANumber) {
    const std::set<std::string> all{fingerprint({"worker"}),  fingerprint({"worker1"}),
                                    fingerprint({"1worker"}), fingerprint({"1worker1"}),
                                    fingerprint({"1", "1"}),  fingerprint({"1"})};
    EXPECT_EQ(all.size(), 6U);
}

TEST(Fingerprint, DependsOnTheOrderOfPartsAndOnWhereTheyEnd) {
    EXPECT_NE(fingerprint({"a", "b"}), fingerprint({"b", "a"}));
    EXPECT_NE(fingerprint({"ab", "c"}), fingerprint({"a", "bc"}));
    EXPECT_NE(fingerprint({"a"}), fingerprint({"a", ""}));
    EXPECT_NE(fingerprint({"", "a"}), fingerprint({"a", ""}));
}

} // namespace
} // namespace unwedge::diagnosis
