// SPDX-License-Identifier: GPL-2.0-only
#include "facts/doings.h"

#include <gtest/gtest.h>

namespace unwedge::facts {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t end = 7;

/// Records of one process, as time goes on.
class Story {
  public:
    Story &after(Nanos pause) {
        now_ += pause;
        return *this;
    }
    Story &sends(std::uint32_t amount = 100, std::uint32_t of = end) {
        return add(FlightKind::send, amount, of);
    }
    Story &receives(std::uint32_t amount = 100, std::uint32_t of = end) {
        return add(FlightKind::receive, amount, of);
    }
    Story &unparks() { return add(FlightKind::unpark, 0, 0); }
    Story &connects() { return add(FlightKind::state, 2, end); }
    /// It is asked, and answers with so many messages, 2 ms apart.
    Story &answers(int requests, int messages) {
        for (int i = 0; i < requests; ++i) {
            after(10ms).receives();
            for (int j = 0; j < messages; ++j)
                after(2ms).sends();
        }
        return *this;
    }
    /// It asks, and reads the reply 3 ms later.
    Story &asks(int requests) {
        for (int i = 0; i < requests; ++i)
            after(10ms).sends().after(3ms).receives();
        return *this;
    }
    Story &lost(std::uint64_t records) {
        history_.overwritten = records;
        return *this;
    }

    Nanos now() const { return now_; }
    Doings doings() const { return facts::doings(history_, now_); }
    Conversation conversation() const {
        const Doings all = doings();
        const auto found = all.conversations.find(end);
        return found == all.conversations.end() ? Conversation{} : found->second;
    }

  private:
    Story &add(FlightKind kind, std::uint32_t amount, std::uint32_t of) {
        history_.records.push_back({now_, kind, of, amount});
        return *this;
    }

    Nanos now_ = 1000s;
    History history_;
};

TEST(Doings, OfNothingAreNone) {
    EXPECT_EQ(Story().doings(), Doings{});
    const Doings idle = Story().unparks().after(1s).unparks().doings();
    EXPECT_FALSE(idle.any) << "a loop that only turns does nothing";
    EXPECT_FALSE(idle.last_deed);
}

TEST(Doings, BeginWithTheFirstThatIsNotOverwritten) {
    EXPECT_EQ(Story().unparks().after(1s).connects().after(1s).sends().doings().first,
              (FirstDeed{1001s, FlightKind::state}));
    const Doings cut = Story().sends().lost(5).doings();
    EXPECT_FALSE(cut.first);
    EXPECT_TRUE(cut.any);
    EXPECT_TRUE(Story().lost(5).doings().any);
}

TEST(Doings, AreNumberedAmongAllThatWereEverRecorded) {
    EXPECT_EQ(Story().sends().after(1s).receives().unparks().lost(40).doings().deed, 42U);
}

TEST(Conversation, HasARhythmOfAnswers) {
    const Conversation talk = Story().answers(41, 2).after(10ms).receives().after(2ms).sends().conversation();
    EXPECT_EQ(talk.answered, 41U);
    EXPECT_EQ(talk.messages, 2U);
    EXPECT_EQ(talk.slowest, 4ms);
    EXPECT_EQ(talk.sent, 1U);
    EXPECT_EQ(talk.asked, 1000s + 41 * 14ms + 10ms);
    EXPECT_TRUE(talk.spoke_last);
}

TEST(Conversation, CountsTheFewestMessagesOfAnyAnswer) {
    const Conversation talk =
        Story().answers(5, 3).answers(1, 1).answers(5, 3).after(1s).receives().conversation();
    EXPECT_EQ(talk.messages, 1U);
    EXPECT_EQ(talk.sent, 0U);
}

TEST(Conversation, TakesWhatIsReceivedInARowForOneRequest) {
    const Conversation talk =
        Story().receives().receives().sends().receives().receives().sends().receives().conversation();
    EXPECT_EQ(talk.answered, 2U);
    EXPECT_EQ(talk.messages, 1U);
}

TEST(Conversation, LeavesOutAnAnswerWhoseRequestIsOverwritten) {
    const Conversation talk = Story().lost(100).sends().answers(3, 2).receives().conversation();
    EXPECT_EQ(talk.answered, 3U);
    EXPECT_EQ(talk.messages, 2U);
}

TEST(Conversation, IsOfEachEndAlone) {
    const Doings both = Story().sends(9, 1).receives(9, 2).doings();
    EXPECT_TRUE(both.conversations.at(1).spoke_last);
    EXPECT_FALSE(both.conversations.at(2).spoke_last);
}

/// Both ways, each every half second.
Story beating(Story story, int beats) {
    for (int i = 0; i < beats; ++i)
        story.after(250ms).receives(8).after(250ms).sends(8);
    return story;
}

TEST(Heartbeats, AreNoDeeds) {
    const Story story = beating(Story().asks(5).after(10ms).sends(), 12);
    EXPECT_EQ(story.doings().last_deed, 1000s + 5 * 13ms + 10ms);
    EXPECT_TRUE(story.conversation().spoke_last) << "the beats since are neither words nor answers";
    EXPECT_TRUE(story.doings().any);
}

TEST(Heartbeats, MayTakeSeveralCallsEach) {
    Story story;
    for (int i = 0; i < 12; ++i)
        story.after(250ms).receives(4).receives(4).after(250ms).sends(8);
    EXPECT_FALSE(story.doings().last_deed);
}

TEST(Heartbeats, ThatHaveStoppedWereMessages) {
    Story story = beating(Story(), 12);
    const Nanos last = story.now();
    story.after(3s);
    EXPECT_EQ(story.doings().last_deed, last);
}

TEST(Heartbeats, AreNotTooFewNorTooLongNorTooFast) {
    EXPECT_TRUE(beating(Story(), 3).doings().last_deed) << "three may come by chance";
    Story large;
    for (int i = 0; i < 12; ++i)
        large.after(500ms).sends(1000);
    EXPECT_TRUE(large.doings().last_deed);
    Story fast;
    for (int i = 0; i < 12; ++i)
        fast.after(50ms).sends(8);
    EXPECT_TRUE(fast.doings().last_deed);
}

TEST(Heartbeats, AreRegular) {
    Story story;
    for (const Nanos pause : {500ms, 2000ms, 300ms, 1200ms, 400ms, 2600ms, 500ms})
        story.after(pause).sends(8);
    EXPECT_TRUE(story.doings().last_deed);
}

TEST(Heartbeats, AreNotAQuestionAndItsAnswer) {
    Story paced;
    for (int i = 0; i < 12; ++i)
        paced.after(500ms).sends(8).after(3ms).receives(8);
    EXPECT_EQ(paced.doings().last_deed, paced.now()) << "a job of one request after another";
}

TEST(Turns, AreCounted) {
    const Conversation talk = Story().asks(20).conversation();
    EXPECT_EQ(talk.in_turn, 20U);
    EXPECT_EQ(talk.behind, 0U);
    EXPECT_FALSE(talk.slipped);
}

TEST(Turns, SlipByARequestThatIsSentTooSoon) {
    Story story = Story().asks(20).after(10ms).sends();
    const Nanos slipped = story.after(1s).now();
    const Conversation talk = story.asks(10).conversation();
    EXPECT_EQ(talk.in_turn, 20U);
    EXPECT_EQ(talk.shifted, 10U);
    EXPECT_EQ(talk.behind, 1U);
    EXPECT_EQ(talk.slipped, slipped + 10ms);
}

TEST(Turns, MayTakeSeveralCallsEach) {
    Story story;
    const auto ask = [&story](int requests) {
        for (int i = 0; i < requests; ++i)
            story.after(10ms).sends(4).sends(90).after(3ms).receives(4).receives(50);
    };
    ask(20);
    story.after(10ms).sends(4).sends(90);
    ask(10);
    const Conversation talk = story.conversation();
    EXPECT_EQ(talk.in_turn, 20U);
    EXPECT_EQ(talk.shifted, 10U);
    EXPECT_EQ(talk.behind, 1U);
}

TEST(Turns, CanSlipTwice) {
    const Conversation talk = Story().asks(20).sends().asks(5).sends().asks(5).conversation();
    EXPECT_EQ(talk.behind, 2U);
    EXPECT_EQ(talk.shifted, 10U);
}

TEST(Turns, AreRightAgainOnceTheLateReplyIsRead) {
    const Conversation talk = Story().asks(20).sends().asks(5).receives().asks(5).conversation();
    EXPECT_EQ(talk.behind, 0U);
    EXPECT_FALSE(talk.slipped);
    EXPECT_EQ(talk.in_turn, 26U) << "the exchange that ends with both replies is right again";
}

TEST(Turns, AreNoneWhereMessagesComeUnasked) {
    EXPECT_EQ(Story().asks(20).receives().sends().asks(3).conversation().behind, 0U);
    EXPECT_EQ(Story().asks(2).sends().asks(3).conversation().behind, 0U) << "two are too few to tell";
}

} // namespace
} // namespace unwedge::facts
