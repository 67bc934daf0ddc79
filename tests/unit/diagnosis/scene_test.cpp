// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/scene.h"

#include "diagnosis/scenes.h"

#include <gtest/gtest.h>

namespace unwedge::diagnosis {
namespace {

std::optional<double> child_share(const Scene &scene) {
    return scene.cpu_share(*scene.actor(child));
}

TEST(Scene, FindsEveryDescriptorOfLivingHolders) {
    SnapshotBuilder build = conversation(forgetful());
    build.actor(child).hold(33, child_end);
    build.actor(20).hold(4, child_end);
    build.actor(20).get().exited = true;
    const OneLook look(build);
    const Scene scene = look.scene();
    const std::vector<Holder> &holders = scene.holders(child_end);
    ASSERT_EQ(holders.size(), 2U);
    EXPECT_EQ(holders[0].fd, child_fd);
    EXPECT_EQ(holders[1].fd, 33);
    EXPECT_TRUE(scene.holders(404).empty());
}

TEST(Scene, AnswersNullForWhatIsNotThere) {
    SnapshotBuilder build = conversation(forgetful());
    build.actor(child).hold(5, 404);
    const OneLook look(build);
    const Scene scene = look.scene();
    EXPECT_EQ(scene.actor(404), nullptr);
    EXPECT_EQ(scene.end(404), nullptr);
    EXPECT_EQ(scene.end_of(*scene.actor(child), 404), nullptr);
    EXPECT_EQ(scene.end_of(*scene.actor(child), 5), nullptr) << "a descriptor of an end that is gone";
    EXPECT_EQ(scene.end_of(*scene.actor(child), child_fd), scene.end(child_end));
    EXPECT_EQ(scene.before(*scene.actor(child)), nullptr) << "at the first look";
    EXPECT_EQ(scene.before(*scene.end(child_end)), nullptr);
    EXPECT_EQ(scene.window(), std::nullopt);
}

TEST(Scene, FindsWhatWasThereAtTheLastLook) {
    SnapshotBuilder build = conversation(forgetful());
    const TwoLooks looks(build);
    const Scene scene = looks.scene();
    const facts::Actor &actor = *scene.actor(child);
    ASSERT_NE(scene.before(actor), nullptr);
    EXPECT_NE(scene.before(actor), &actor);
    EXPECT_NE(scene.before(actor, actor.threads.front()), nullptr);
    EXPECT_NE(scene.before(*scene.end(child_end)), nullptr);
    EXPECT_EQ(scene.window(), between_looks);
}

TEST(Scene, DoesNotTakeAReusedPidForTheActorOfBefore) {
    SnapshotBuilder build = conversation(forgetful());
    const TwoLooks looks(build, [](SnapshotBuilder &later) { later.actor(child).started(99s).cpu(9s); });
    const Scene scene = looks.scene();
    EXPECT_EQ(scene.before(*scene.actor(child)), nullptr);
    EXPECT_EQ(child_share(scene), std::nullopt);
    EXPECT_FALSE(scene.is_busy(*scene.actor(child)));
}

TEST(CpuShare, IsNotKnownAtTheFirstLookOrWithoutCpuTime) {
    SnapshotBuilder build = conversation(forgetful());
    EXPECT_EQ(child_share(OneLook(build).scene()), std::nullopt);
    const TwoLooks looks(build, [](SnapshotBuilder &later) { later.actor(child).get().cpu.reset(); });
    EXPECT_EQ(child_share(looks.scene()), std::nullopt);
}

TEST(CpuShare, IsNotKnownIfNoTimePassed) {
    SnapshotBuilder build = conversation(forgetful());
    const TwoLooks looks(build, [](SnapshotBuilder &later) { later.at(first_look).actor(child).cpu(9s); });
    EXPECT_EQ(child_share(looks.scene()), std::nullopt);
}

TEST(CpuShare, IsCpuTimeOverTheWindow) {
    SnapshotBuilder build = conversation(forgetful());
    const TwoLooks looks(build,
                         [](SnapshotBuilder &later) { later.actor(child).cpu(1s + between_looks / 2); });
    EXPECT_DOUBLE_EQ(child_share(looks.scene()).value_or(-1), 0.5);
}

TEST(CpuShare, CountsTheTimeSpentWaitingForACpu) {
    SnapshotBuilder build = conversation(forgetful());
    build.actor(child).thread_at(0).run_delay(10s);
    const TwoLooks looks(build, [](SnapshotBuilder &later) {
        later.actor(child).thread_at(0).run_delay(10s + between_looks);
    });
    EXPECT_DOUBLE_EQ(child_share(looks.scene()).value_or(-1), 1.0);
}

TEST(IsBusy, BeginsAtTheBusyShare) {
    auto busy_with = [](Nanos cpu) {
        SnapshotBuilder build = conversation(forgetful());
        const TwoLooks looks(
            build, [&](SnapshotBuilder &later) { later.at(first_look + 1s).actor(child).cpu(1s + cpu); });
        const Scene scene = looks.scene();
        return scene.is_busy(*scene.actor(child));
    };
    EXPECT_FALSE(busy_with(49ms));
    EXPECT_TRUE(busy_with(51ms));
}

} // namespace
} // namespace unwedge::diagnosis
