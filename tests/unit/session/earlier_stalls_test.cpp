// SPDX-License-Identifier: GPL-2.0-only
#include "session/earlier_stalls.h"

#include <gtest/gtest.h>

#include <map>

namespace unwedge::session {
namespace {

using namespace std::chrono_literals;

constexpr facts::Pid reader = 1;
constexpr facts::Pid writer = 2;
constexpr facts::EndId unread_end = 1;
constexpr facts::EndId other_end = 2;
constexpr Nanos first_seen = 100s;

/// A reader, a writer, and what is unread between them; who has slept since when.
class Stage {
  public:
    Stage() {
        for (const facts::Pid pid : {reader, writer})
            snapshot_.actors[pid] = {.pid = pid, .holds = {{3, facts::EndId(pid)}}};
        facts::End &end = snapshot_.ends[unread_end];
        end = {.id = unread_end, .peer = other_end, .kind = facts::ChannelKind::unix_stream};
        end.unread = 7;
        end.unread_since = end.last_arrival = first_seen; // both as the first sweep stamps them
        snapshot_.ends[other_end] = {.id = other_end, .peer = unread_end};
    }

    facts::End &end() { return snapshot_.ends[unread_end]; }
    facts::Snapshot &snapshot() { return snapshot_; }

    /// The same stall as its source tells it, at another look.
    facts::End look(std::map<facts::Pid, std::optional<Nanos>> idle_since) {
        facts::Snapshot copy = snapshot_;
        stalls_.date_back(copy, [&](const facts::Actor &actor) { return idle_since[actor.pid]; });
        return copy.ends[unread_end];
    }

  private:
    facts::Snapshot snapshot_;
    EarlierStalls stalls_;
};

TEST(EarlierStalls, BeganWhenTheLastOfBothSidesFellAsleep) {
    Stage stage;
    const facts::End end = stage.look({{reader, 50s}, {writer, 60s}});
    EXPECT_EQ(end.unread_since, 60s);
    EXPECT_EQ(end.last_arrival, 60s) << "the sweep's stamp is no arrival";
}

TEST(EarlierStalls, AreAsOldAsTheyWereWhenSomebodyWakes) {
    Stage stage;
    stage.look({{reader, 50s}, {writer, 60s}});
    EXPECT_EQ(stage.look({{reader, 103s}, {writer, std::nullopt}}).unread_since, 60s);
}

TEST(EarlierStalls, OnceConsumedAnotherOneBegins) {
    Stage stage;
    stage.look({{reader, 50s}, {writer, 60s}});
    stage.end().unread_since = stage.end().last_arrival = 104s;
    EXPECT_EQ(stage.look({{reader, 103s}, {writer, 103s}}).unread_since, 103s);
}

TEST(EarlierStalls, AreNotOlderThanTheLastArrivalThatIsKnown) {
    Stage stage;
    stage.end().last_arrival = 90s;
    EXPECT_EQ(stage.look({{reader, 50s}, {writer, 60s}}).unread_since, 90s);
}

TEST(EarlierStalls, KeepTheirDateWhereOneSideIsNotKnown) {
    EXPECT_EQ(Stage().look({{reader, 50s}, {writer, std::nullopt}}).unread_since, first_seen);
    EXPECT_EQ(Stage().look({{reader, std::nullopt}, {writer, 60s}}).unread_since, first_seen);
    Stage without_writer;
    without_writer.snapshot().actors.erase(writer);
    EXPECT_EQ(without_writer.look({{reader, 50s}}).unread_since, first_seen);
    Stage without_reader;
    without_reader.snapshot().actors.erase(reader);
    EXPECT_EQ(without_reader.look({{writer, 50s}}).unread_since, first_seen);
}

TEST(EarlierStalls, KeepTheirDateIfStrangersCanSend) {
    Stage stage;
    stage.end().kind = facts::ChannelKind::unix_dgram;
    EXPECT_EQ(stage.look({{reader, 50s}, {writer, 60s}}).unread_since, first_seen);
}

TEST(EarlierStalls, NeedSomethingUnread) {
    Stage stage;
    stage.end().unread = 0;
    EXPECT_EQ(stage.look({{reader, 50s}, {writer, 60s}}).unread_since, first_seen);
}

} // namespace
} // namespace unwedge::session
