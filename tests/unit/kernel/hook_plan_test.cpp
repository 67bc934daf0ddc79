// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/hook_plan.h"

#include <gtest/gtest.h>

namespace unwedge::kernel {
namespace {

std::string why_not(std::string_view text) {
    const Result<HookWishes> wishes = parse_wishes(text);
    return wishes ? "" : wishes.error().message;
}

TEST(HookWishes, AreHooksAndTheirMechanisms) {
    const Result<HookWishes> wishes = parse_wishes("receive=fentry,park=off");
    ASSERT_TRUE(wishes);
    EXPECT_EQ(*wishes, (HookWishes{{Hook::receive, "fentry"}, {Hook::park, "off"}}));
}

TEST(HookWishes, ThatDoNotExistAreRefusedWithWhatThereIs) {
    for (const char *text : {"", "receive", "what=off", "receive=tp_btf,", "=off"})
        EXPECT_NE(why_not(text).find("is not HOOK=MECHANISM"), std::string::npos) << text;
    EXPECT_EQ(why_not("receive=usdt"), "'receive=usdt': it can be tp_btf, fentry, kprobe, off");
    EXPECT_EQ(why_not("lifecycle=off"), "'lifecycle=off': it can only be tp_btf");
}

Candidate candidate(std::vector<Target> targets, bool any_suffices) {
    return {"fentry", std::move(targets), any_suffices, ""};
}

TEST(HookChoice, NeedsAllTargetsUnlessAnySuffices) {
    const std::vector<Target> one_refused{{"a", ""}, {"b", "no"}};
    EXPECT_FALSE((HookChoice{Hook::receive, {candidate(one_refused, false)}}.works()));
    const HookChoice any{Hook::park, {candidate(one_refused, true)}};
    EXPECT_EQ(any.mechanism(), "fentry");
    EXPECT_TRUE(any.uses("fentry", "a"));
    EXPECT_FALSE(any.uses("fentry", "b"));
    EXPECT_FALSE(any.uses("tp_btf", "a"));
}

TEST(HookPlan, NeedsStateLifecycleAndSweep) {
    HookPlan plan;
    for (const Hook hook :
         {Hook::receive, Hook::send, Hook::arrival, Hook::park, Hook::state, Hook::lifecycle})
        plan.choices.push_back({hook, {{"tp_btf", {{"x", ""}}, false, ""}}});
    plan.choices.push_back({Hook::sweep, {{"iter", {{"task", "attach: no"}}, false, ""}}});
    const Result<void> able = plan.require_the_needed();
    ASSERT_FALSE(able);
    EXPECT_EQ(able.error().message, "this host refuses what sweep needs: task: attach: no");
    plan.choices.back().candidates.front().targets.front().refused.clear();
    EXPECT_TRUE(plan.require_the_needed());
}

TEST(HookChoice, IsTheFirstThatWorks) {
    const HookChoice choice{Hook::receive,
                            {{"tp_btf", {{"x", "no"}}, false, ""}, {"fentry", {{"y", ""}}, false, ""}}};
    EXPECT_EQ(choice.mechanism(), "fentry");
    EXPECT_EQ((HookChoice{Hook::receive, {{"tp_btf", {{"x", "no"}}, false, ""}}}.mechanism()), "off");
    EXPECT_EQ((HookChoice{Hook::receive, {{"tp_btf", {}, false, "not needed"}}}.mechanism()), "off");
}

} // namespace
} // namespace unwedge::kernel
