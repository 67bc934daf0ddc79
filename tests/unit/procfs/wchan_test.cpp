// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/wchan.h"

#include <gtest/gtest.h>

namespace unwedge::procfs {
namespace {

using facts::WaitKind;

TEST(Wchan, TellsTheFamilyOfAWait) {
    EXPECT_EQ(wait_kind_of_wchan("do_epoll_wait"), WaitKind::epoll);
    EXPECT_EQ(wait_kind_of_wchan("ep_poll"), WaitKind::epoll);
    EXPECT_EQ(wait_kind_of_wchan("poll_schedule_timeout.constprop.0"), WaitKind::poll);
    EXPECT_EQ(wait_kind_of_wchan("futex_wait_queue"), WaitKind::lock);
    EXPECT_EQ(wait_kind_of_wchan("futex_do_wait"), WaitKind::lock);
    EXPECT_EQ(wait_kind_of_wchan("anon_pipe_read"), WaitKind::read);
    EXPECT_EQ(wait_kind_of_wchan("do_wait"), WaitKind::child);
}

TEST(Wchan, KnowsWhatItDoesNotKnow) {
    for (const char *function : {"", "0", "wait_woken", "\x1b[2J", "xep_poll"})
        EXPECT_EQ(wait_kind_of_wchan(function), WaitKind::unknown) << function;
}

TEST(Wchan, KnowsTheFreezers) {
    EXPECT_TRUE(is_freezer("do_freezer_trap"));
    EXPECT_TRUE(is_freezer("__refrigerator"));
    EXPECT_TRUE(is_freezer("get_signal"));
    EXPECT_FALSE(is_freezer("do_wait"));
}

} // namespace
} // namespace unwedge::procfs
