// SPDX-License-Identifier: GPL-2.0-only
// How names last while the tree changes, and whose rules come first.
#include "naming.h"

namespace unwedge::profiles {
namespace {

const std::string python = "python3";

TEST(Namer, UserRulesComeFirst) {
    Naming tree(rules(R"([[rule]]
profile = "mine"
argv = '-m tractor\._child .*--uid \(.([a-z]+)'
name = "my {1}")"));
    tree.actor(1, 0, {python, "-m", "tractor._child", "--uid", "('child', '1')"});
    EXPECT_EQ(tree.named(1), Named("my child", "mine"));
}

TEST(Namer, LooksComeLast) {
    Naming tree(Profiles(*Profiles::parse(R"(
[[rule]]
profile = "by-title"
title = '^call me (.*)'
name = "{1}"
[[rule]]
profile = "by-comm"
comm = '^boss$'
name = "boss"
[[rule]]
profile = "by-parent"
parent = "by-comm"
name = "{parent}'s")",
                                          "test.toml")));
    tree.actor(1, 0, {"app"}).comm("boss");
    tree.actor(2, 1, {"app"}).title("call me king");
    tree.actor(3, 2, {"app"}).title("call me queen");
    EXPECT_EQ(tree.named(1), Named("boss", "by-comm"));
    EXPECT_EQ(tree.named(2), Named("boss's", "by-parent"));
    EXPECT_EQ(tree.named(3), Named("queen", "by-title"));
}

TEST(Namer, ARuleWithoutAProfileOnlyNames) {
    Naming tree(rules("[[rule]]\nprogram = 'app'\nname = 'the {program}'"));
    tree.actor(1, 0, {"/opt/app", "x"});
    EXPECT_EQ(tree.named(1), Named("the app x", std::nullopt));
}

TEST(Namer, AForkedActorHasNoCommandLineOfItsOwn) {
    Naming tree(rules("[[rule]]\nargv = '^app'\nname = 'main'\n"
                      "[[rule]]\nargv = '^app'\nforked = true\nname = 'fork {number}'"));
    tree.actor(1, 0, {"app"});
    tree.forked(2, 1);
    EXPECT_EQ(tree.named(1).first, "main");
    EXPECT_EQ(tree.named(2).first, "fork 1");
}

TEST(Namer, ATitleThatWasInheritedIsNobodysOwn) {
    Naming tree(rules("[[rule]]\ntitle = '^I am (.*)'\nname = '{1}'"));
    tree.actor(1, 0, {"app"}).title("I am one");
    tree.forked(2, 1).title("I am one");
    EXPECT_EQ(tree.named(1).first, "one");
    EXPECT_EQ(tree.named(2).first, "app");
    tree.build.actor(2).title("I am two");
    EXPECT_EQ(tree.named(2).first, "two");
}

TEST(Namer, WhoWasRecognisedStaysSo) {
    Naming tree;
    tree.actor(1, 0, {python, "worker.py"}).hold(7, 1);
    tree.forked(2, 1).hold(8, 2);
    tree.build.unix_pair(1, 2);
    const Named child("worker.py #1", "multiprocessing");
    EXPECT_EQ(tree.named(2), child);
    tree.build.actor(2).get().holds.clear();
    EXPECT_EQ(tree.named(2), child) << "its channel was closed";
    tree.build.actor(2).child_of(999);
    EXPECT_EQ(tree.named(2), child) << "it was orphaned";
    tree.build.actor(2).exited(9).started(2s + 3ms);
    EXPECT_EQ(tree.named(2), child) << "it died; the events' idea of its start differs";
}

TEST(Namer, AnOrphanIsStillItsParentsChild) {
    Naming tree;
    tree.actor(1, 0, {python, "-m", "tractor._child", "--uid", "('child', '1')"});
    tree.actor(5, 0, {python, "init.py"});
    tree.forked(2, 1);
    EXPECT_EQ(tree.named(2).first, "child #1");
    tree.build.actor(2).child_of(5);
    EXPECT_EQ(tree.named(2).first, "child #1") << "a subreaper of the tree adopted it";
    tree.build.get().actors.erase(1);
    tree.build.actor(2).child_of(999);
    EXPECT_EQ(tree.named(2).first, "child #1");
}

TEST(Namer, AnInheritedTitleStaysSoWhenTheParentTakesAnother) {
    Naming tree(rules("[[rule]]\ntitle = '^I am (.*)'\nname = '{1}'"));
    tree.actor(1, 0, {"app"}).title("I am one");
    tree.forked(2, 1).title("I am one");
    EXPECT_EQ(tree.named(2).first, "app");
    tree.build.actor(1).title("I am another");
    EXPECT_EQ(tree.named(1).first, "another");
    EXPECT_EQ(tree.named(2).first, "app");
}

TEST(Namer, WhoIsKnownBetterKeepsItsNumber) {
    Naming tree;
    tree.actor(1, 0, {python, "worker.py"}).hold(7, 1);
    tree.forked(2, 1);
    tree.forked(3, 1);
    EXPECT_EQ(tree.named(3), Named("worker.py #2", std::nullopt));
    tree.build.actor(3).hold(8, 2);
    tree.build.unix_pair(1, 2);
    EXPECT_EQ(tree.named(3), Named("worker.py #2", "multiprocessing"));
    tree.build.get().actors.erase(2);
    EXPECT_EQ(tree.named(3), Named("worker.py #2", "multiprocessing")) << "also when others are forgotten";
    tree.forked(4, 1);
    EXPECT_EQ(tree.named(4).first, "worker.py #3");
}

TEST(Namer, APidThatIsUsedAgainIsAStranger) {
    Naming tree;
    tree.actor(1, 0, {python, "-m", "tractor._child", "--uid", "('child', '1')"});
    EXPECT_EQ(tree.named(1).first, "child");
    tree.actor(1, 0, {"/bin/cat"}).started(50s);
    EXPECT_EQ(tree.named(1), Named("cat", std::nullopt));
}

TEST(Namer, AnExecMakesAnother) {
    Naming tree;
    tree.actor(1, 0, {python, "worker.py"});
    tree.forked(2, 1);
    EXPECT_EQ(tree.named(2).first, "worker.py #1");
    tree.actor(2, 1, {"/bin/cat"}).get().forked = false;
    EXPECT_EQ(tree.named(2), Named("cat", std::nullopt));
}

TEST(Namer, NumbersGoByAge) {
    Naming tree;
    tree.actor(50, 0, {python, "worker.py"}).started(1s);
    tree.forked(7, 50).started(3s);
    tree.forked(9, 50).started(2s);
    EXPECT_EQ(tree.named(9).first, "worker.py #1") << "pids have wrapped";
    EXPECT_EQ(tree.named(7).first, "worker.py #2");
}

TEST(Namer, ParentsAreNamedBeforeTheirChildren) {
    Naming tree(rules("[[rule]]\nprofile = 'top'\nargv = '^top$'\nname = 'top'\n"
                      "[[rule]]\nprofile = 'low'\nparent = 'top'\nname = 'low'"));
    tree.actor(9, 0, {"top"}).started(9s);
    tree.actor(2, 9, {"app"}).started(1s);
    EXPECT_EQ(tree.named(2).first, "low") << "whatever their ages say";
}

TEST(Namer, ATreeMayBeARing) {
    Naming tree;
    tree.actor(1, 2, {"a"});
    tree.actor(2, 1, {"b"});
    tree.actor(3, 3, {"c"});
    EXPECT_EQ(tree.named(1).first, "a");
    EXPECT_EQ(tree.named(3).first, "c");
}

TEST(Namer, ATreeMayBeDeep) {
    Naming tree;
    constexpr facts::Pid depth = 20'000;
    for (facts::Pid pid = 1; pid <= depth; ++pid)
        tree.actor(pid, pid - 1, {python, "worker.py"}).started((depth - pid) * 1ms).forked();
    EXPECT_EQ(tree.named(depth).second, std::nullopt);
}

} // namespace
} // namespace unwedge::profiles
