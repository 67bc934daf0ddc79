// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/story.h"

#include "diagnosis/wakers.h"

#include <csignal>

namespace unwedge::diagnosis {
namespace {

constexpr Nanos long_ago = 30s; ///< patience with ticks is 60 s, the first look at 100 s
const facts::Timeout tick = facts::Timeout::after(300ms);

/// Its CPU time is known for as long as patience lasts, and has not moved.
void uses_no_cpu(SnapshotBuilder &build, Pid pid) {
    facts::Actor &actor = build.actor(pid).cpu(1s).get();
    for (Nanos at = first_look - 65s; at < first_look; at += 1s)
        actor.earlier_cpu.push_back({at, 1s});
}

ActorBuilder recorded(SnapshotBuilder &build, Pid pid, std::string name, EndId end, int fd) {
    ActorBuilder actor = build.actor(pid, std::move(name))
                             .hold(fd, end)
                             .alarms(false)
                             .listens_to_signals(false)
                             .started(10s)
                             .recorded()
                             .last_deed(long_ago);
    uses_no_cpu(build, pid);
    return actor;
}

/// The command has asked, and waits in recv; the child's loop has nothing to do and looks at its clock.
SnapshotBuilder asked_one_who_ticks() {
    SnapshotBuilder build(first_look);
    build.get().root = parent;
    build.counts_receives_since(1s);
    recorded(build, parent, "command", parent_end, parent_fd)
        .talked(parent_end, {.spoke_last = true})
        .thread(of_channel(in_read(parent_fd)))
        .thread_at(0)
        .asleep(70s);
    recorded(build, child, "worker", child_end, child_fd)
        .child_of(parent)
        .talked(child_end, {.answered = 40, .messages = 1, .slowest = 3ms, .asked = long_ago})
        .thread(in_epoll({awaits(child_fd)}, tick))
        .thread_at(0)
        .asleep(100ms);
    build.unix_pair(child_end, parent_end);
    return build;
}

/// As looks see it that come while the child's loop turns.
Story two_looks(SnapshotBuilder opening) {
    Story story(std::move(opening));
    story.look();
    story.build.actor(child).thread_at(0).switches(1);
    story.look();
    return story;
}

TEST(Ticking, DoesNotHideThatAnAnswerIsOwed) {
    Story story = two_looks(asked_one_who_ticks());
    EXPECT_EQ(story.culprits(), Texts{"12 unanswered likely confirmed"});
    EXPECT_EQ(story.victims(), Texts{"11 waiting likely confirmed"});
    const std::string text = evidence_text(story.verdict());
    EXPECT_TRUE(mentions(
        text,
        "40 requests were answered within 3 ms with 1 message each; this one, 1 min 10 s ago, got none"))
        << text;
    EXPECT_TRUE(mentions(text, "timers wake 1 of them, and nothing but heartbeats comes of that")) << text;
}

TEST(Ticking, TakesTwoLooks) {
    Story story(asked_one_who_ticks());
    story.look();
    EXPECT_EQ(story.culprits(), nobody);
}

TEST(Ticking, StandsWhileNothingButTicksMovesIt) {
    Story story = two_looks(asked_one_who_ticks());
    for (int i = 2; i < 10; ++i) {
        story.build.actor(child).thread_at(0).switches(static_cast<std::uint64_t>(i));
        story.look();
    }
    EXPECT_EQ(story.culprits(), Texts{"12 unanswered likely confirmed"});
}

TEST(Ticking, RecoversWithTheFirstDeed) {
    Story story = two_looks(asked_one_who_ticks());
    story.build.actor(child).last_deed(story.build.snapshot().at);
    story.look();
    EXPECT_EQ(story.culprits(), Texts{"12 unanswered likely recovered"});
}

TEST(Ticking, IsNoneBeforeTwiceBusyAfterHasPassed) {
    SnapshotBuilder build = asked_one_who_ticks();
    build.actor(child).last_deed(first_look - 50s);
    EXPECT_EQ(two_looks(build).culprits(), nobody);
}

TEST(Ticking, IsNoneOfAnActorThatUsesItsCpu) {
    SnapshotBuilder build = asked_one_who_ticks();
    build.actor(child).get().earlier_cpu.at(20).wanted = 800ms;
    EXPECT_EQ(two_looks(build).culprits(), nobody);
}

TEST(Ticking, IsNoneWhereNothingIsRecorded) {
    SnapshotBuilder build = asked_one_who_ticks();
    build.actor(child).get().doings.reset();
    EXPECT_EQ(two_looks(build).culprits(), nobody);
}

/// The command reads a pipe that only a sibling of who writes it keeps open, and time wakes another child.
SnapshotBuilder ticker_without_records(facts::ChannelKind kind) {
    SnapshotBuilder build(first_look);
    build.get().root = parent;
    build.counts_receives_since(1s);
    for (const Pid pid : {parent, child, 20})
        build.actor(pid, "actor")
            .alarms(false)
            .listens_to_signals(false)
            .started(10s)
            .child_of(pid == parent ? 1 : parent);
    build.actor(parent).hold(5, 50).thread(of_channel(in_read(5))).thread_at(0).asleep(80s);
    build.actor(child).hold(6, 51).hold(7, 60).thread(of_channel(in_read(7))).thread_at(0).asleep(80s);
    build.actor(20).hold(8, 61).thread(in_epoll({awaits(8)}, tick)).thread_at(0).asleep(100ms);
    uses_no_cpu(build, 20);
    build.unix_pair(50, 51);
    build.unix_pair(60, 61);
    for (const EndId end : {50, 51})
        build.end(end).kind(facts::ChannelKind::pipe);
    for (const EndId end : {60, 61})
        build.end(end).kind(kind);
    return build;
}

TEST(Ticking, IsKnownWithoutRecordsByWhatPassesThroughChannels) {
    SnapshotBuilder build = ticker_without_records(facts::ChannelKind::tcp);
    const auto closed = [&] { return closed_set(wakers(OneLook(build).scene())); };
    EXPECT_EQ(closed(), (std::set<Pid>{parent, child, 20}));
    build.end(60).received(4, 95s);
    EXPECT_EQ(closed(), std::set<Pid>()) << "it sent something";
    build = ticker_without_records(facts::ChannelKind::unix_stream);
    EXPECT_EQ(closed(), std::set<Pid>()) << "what passes there is not counted";
}

TEST(Ticking, IsNotAJobThatIsFarAway) {
    SnapshotBuilder build = asked_one_who_ticks();
    build.actor(child).thread(in_epoll({}, facts::Timeout::after(60s))).thread_at(1).asleep(31s);
    EXPECT_EQ(two_looks(build).culprits(), nobody) << "another thread of it sleeps for a minute";
    build = asked_one_who_ticks();
    build.actor(child)
        .thread_at(0)
        .wait(in_epoll({awaits(child_fd)}, facts::Timeout::after(32s)))
        .asleep(31s);
    EXPECT_EQ(two_looks(build).culprits(), nobody) << "its timer is due soon, but has not woken it yet";
}

TEST(Ticking, IsNoneOfAnActorWhosePipesMove) {
    SnapshotBuilder build = asked_one_who_ticks();
    build.actor(20, "feeder").child_of(parent).alarms(false).listens_to_signals(false).recorded().hold(4, 71);
    build.actor(20).thread(of_channel(in_read(5))).hold(5, 72).thread_at(0).asleep(60s);
    build.actor(child).hold(6, 70);
    build.unix_pair(70, 71);
    build.end(70).kind(facts::ChannelKind::pipe).received(3, first_look - 5s);
    EXPECT_EQ(two_looks(build).culprits(), nobody);
}

TEST(Ticking, IsNoneOfAnActorThatStartsOthers) {
    SnapshotBuilder build = asked_one_who_ticks();
    build.actor(20, "job").child_of(child).started(first_look - 5s).exited(0);
    EXPECT_EQ(two_looks(build).culprits(), nobody);
}

TEST(Ticking, AccusesNobodyWhoseClientMayOnlyAskForJobs) {
    SnapshotBuilder build = asked_one_who_ticks();
    build.get().root = 10;
    build.actor(10, "shell")
        .alarms(false)
        .listens_to_signals(false)
        .thread(in_wait4(parent))
        .thread_at(0)
        .asleep(90s);
    build.actor(parent).child_of(10);
    EXPECT_EQ(two_looks(build).culprits(), nobody)
        << "a worker below a shell, and its broker, have nothing to do";
}

TEST(Ticking, AccusesNobodyWhoMayBeToldSomethingFromOutside) {
    SnapshotBuilder build = asked_one_who_ticks();
    build.listener(80, "127.0.0.1:4001", 0, 100);
    build.actor(child).hold(20, 80).thread_at(0).wait(in_epoll({awaits(child_fd), awaits(20)}, tick));
    EXPECT_EQ(two_looks(build).culprits(), nobody) << "a broker, and the jobs come from elsewhere";
}

TEST(Rhythm, TellsAnAcknowledgementFromAnAnswer) {
    SnapshotBuilder build = asked_one_who_ticks();
    build.actor(parent).talked(parent_end, {});
    build.actor(child)
        .talked(child_end,
                {.spoke_last = true, .answered = 41, .messages = 2, .slowest = 3ms, .asked = 92s, .sent = 1})
        .thread_at(0)
        .wait(in_epoll({awaits(child_fd)}))
        .asleep(8s);
    Story story = wedge(build);
    EXPECT_EQ(story.culprits(), Texts{"12 unanswered certain confirmed"});
    const std::string text = evidence_text(story.verdict());
    EXPECT_TRUE(mentions(
        text, "41 requests were answered within 3 ms with 2 messages each; this one, 8.4 s ago, got 1"))
        << text;
}

TEST(Rhythm, IsKnownOfEightAnswersAndMore) {
    SnapshotBuilder build = asked_one_who_ticks();
    build.actor(parent).talked(parent_end, {});
    build.actor(child).talked(child_end,
                              {.answered = 7, .messages = 2, .slowest = 3ms, .asked = 60s, .sent = 1});
    EXPECT_EQ(two_looks(build).culprits(), nobody);
}

TEST(Rhythm, LeavesTimeToWhoUsedToTakeIt) {
    SnapshotBuilder build = asked_one_who_ticks();
    build.actor(parent).talked(parent_end, {});
    build.actor(child).talked(child_end,
                              {.answered = 41, .messages = 2, .slowest = 9s, .asked = 60s, .sent = 1});
    EXPECT_EQ(two_looks(build).culprits(), nobody);
}

/// Three siblings of a program that the command starts, two of which said hello.
SnapshotBuilder boots() {
    SnapshotBuilder build(first_look);
    build.get().root = parent;
    build.counts_receives_since(1s);
    recorded(build, parent, "command", 101, 5);
    std::vector<facts::Watch> watched;
    for (const Pid pid : {20, 21, 22}) {
        const auto ours = static_cast<EndId>(pid) * 10;
        recorded(build, pid, "worker", ours, 3)
            .child_of(parent)
            .argv({"worker", "--fd=" + std::to_string(pid)})
            .began_with(facts::FlightKind::send, 10s + 50ms)
            .thread(in_epoll({awaits(3)}))
            .thread_at(0)
            .asleep(60s);
        build.actor(parent).hold(pid, ours + 1);
        build.unix_pair(ours, ours + 1);
        watched.push_back(awaits(pid));
    }
    build.actor(parent).thread(in_epoll(watched)).thread_at(0).asleep(60s);
    build.actor(22).recorded().thread_at(0).wait(in_lock(""));
    return build;
}

TEST(Boot, ThatSiblingsFinishedSoonIsWedged) {
    Story story = wedge(boots());
    EXPECT_EQ(story.culprits(), Texts{"22 boot_wedge likely confirmed"});
    const std::string text = evidence_text(story.verdict());
    EXPECT_TRUE(
        mentions(text, "its 2 siblings that run the same program spoke up or connected within 50 ms of their "
                       "start; it has been up for 1 min 30 s and has done neither [flight recorder]"))
        << text;
}

TEST(Boot, OfOneThatIsParkedHasPatience) {
    SnapshotBuilder build = boots();
    build.actor(22).thread_at(0).wait(in_epoll({awaits(3)})).asleep(5s);
    Story story = wedge(build);
    EXPECT_EQ(story.culprits(), nobody);
    story.look_for(30s);
    EXPECT_EQ(story.culprits(), Texts{"22 boot_wedge likely confirmed"});
}

TEST(Boot, IsNoneWhereSiblingsWaitToBeSpokenTo) {
    SnapshotBuilder build = boots();
    build.actor(20).began_with(facts::FlightKind::receive, 11s);
    EXPECT_EQ(wedge(build).culprits(), nobody) << "a pool of which one was never needed";
}

TEST(Boot, IsNoneOfAnotherProgram) {
    SnapshotBuilder build = boots();
    build.actor(22).argv({"logger"});
    EXPECT_EQ(wedge(build).culprits(), nobody);
}

TEST(Boot, IsNoneOfWhatWasOnlyForked) {
    SnapshotBuilder build = boots();
    build.actor(22).forked();
    EXPECT_EQ(wedge(build).culprits(), nobody) << "what it is meant for nobody knows";
}

TEST(Boot, TakesTwoSiblings) {
    SnapshotBuilder build = boots();
    build.actor(21).exited(0);
    EXPECT_EQ(wedge(build).culprits(), nobody);
}

TEST(Boot, IsNoneWhereNothingIsRecorded) {
    SnapshotBuilder build = boots();
    build.actor(22).get().doings.reset();
    EXPECT_EQ(wedge(build).culprits(), nobody);
}

const facts::Conversation shifted{.in_turn = 20, .shifted = 10, .behind = 1, .slipped = 90s};

/// The command asks a server, and the last reply lies unread; it waits for something else.
SnapshotBuilder reply_unread() {
    SnapshotBuilder build = asked_one_who_ticks();
    build.actor(child).thread_at(0).wait(in_epoll({awaits(child_fd)})).asleep(8s);
    build.actor(parent).talked(parent_end, shifted).thread_at(0).wait(in_epoll({}));
    build.end(parent_end).unread(10, 92s).received(40, 92s);
    return build;
}

TEST(StaleReply, IsTheAskersFault) {
    Story story = wedge(reply_unread());
    EXPECT_EQ(story.culprits(), Texts{"11 stale_reply likely confirmed"});
    const std::string text = evidence_text(story.verdict());
    EXPECT_TRUE(mentions(
        text, "20 requests on fd 7 had their replies in turn; 10 s ago one was sent before the reply to "
              "the one before was read, and the 10 replies read since were all 1 request late"))
        << text;
}

TEST(StaleReply, IsNoneOfOneReplyThatWasGivenUp) {
    SnapshotBuilder build = reply_unread();
    facts::Conversation once = shifted;
    once.shifted = 0;
    build.actor(parent).talked(parent_end, once);
    EXPECT_EQ(wedge(build).culprits(), Texts{"11 stopped_consuming certain confirmed"});
}

TEST(StaleReply, HasThePatienceOfWhoeverIsInACall) {
    SnapshotBuilder build = reply_unread();
    build.actor(parent).hold(5, 55).thread_at(0).wait(in_read(5)).asleep(8s); // of a device: it may say
                                                                              // something
    EXPECT_EQ(wedge(build).culprits(), nobody);
}

TEST(StaleReply, IsANoteWhereNobodyWaits) {
    SnapshotBuilder build = reply_unread();
    build.actor(child).thread_at(0).wait(in_epoll({}));
    Story story = wedge(build);
    EXPECT_EQ(story.culprits(), nobody);
    ASSERT_EQ(story.latest().notes.size(), 1U);
    EXPECT_EQ(story.latest().notes[0].kind, NoteKind::stale_reply);
}

} // namespace
} // namespace unwedge::diagnosis
