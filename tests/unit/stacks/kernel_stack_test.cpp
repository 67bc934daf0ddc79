// SPDX-License-Identifier: GPL-2.0-only
#include "stacks/kernel_stack.h"

#include <string>

#include <gtest/gtest.h>

namespace unwedge::stacks {
namespace {

using Functions = std::vector<std::string>;

TEST(KernelStack, KeepsTheNames) {
    EXPECT_EQ(parse_kernel_stack("[<0>] ep_poll+0x3a5/0x3e0\n"
                                 "[<0>] nfs_wait_bit_killable+0x10/0x80 [nfs]\n"
                                 "[<ffffffff81000000>] entry_SYSCALL_64_after_hwframe+0x76/0x7e\n"),
              (Functions{"ep_poll", "nfs_wait_bit_killable", "entry_SYSCALL_64_after_hwframe"}));
    EXPECT_EQ(parse_kernel_stack(""), Functions{});
}

TEST(KernelStack, LeavesOutWhatIsNoFrame) {
    EXPECT_EQ(parse_kernel_stack("\n\n[<0>]\n[<0>] +0x1/0x2\nnonsense here\n[<0>] last"), Functions{"last"});
    EXPECT_EQ(parse_kernel_stack(std::string("[<0>] a\0b+1\n", 12)), Functions{std::string("a\0b", 3)});
    EXPECT_EQ(parse_kernel_stack("[<0>] \x1b[31m\xff+0x1"), Functions{"\x1b[31m\xff"});
}

TEST(KernelStack, HasALimit) {
    std::string text;
    for (int i = 0; i < 10'000; ++i)
        text += "[<0>] again+0x1/0x2\n";
    EXPECT_EQ(parse_kernel_stack(text).size(), 64U);
}

TEST(KernelStack, OfAProcessThatIsGone) {
    const auto stack = kernel_stack(procfs::Proc(), 0x7fff'ffff, 0x7fff'ffff);
    ASSERT_FALSE(stack);
    EXPECT_EQ(stack.error().code, ENOENT);
}

} // namespace
} // namespace unwedge::stacks
