// SPDX-License-Identifier: GPL-2.0-only
#include "gate/pairs.h"
#include "gate/past_runs.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace unwedge::gate {
namespace {

using namespace std::chrono_literals;

PastRun ended(std::size_t number, Ending ending, Nanos length = 1s) {
    PastRun run{.number = number};
    run.attempt.ending = ending;
    run.attempt.length = length;
    return run;
}

PastRun hung(std::size_t number, const std::string &fingerprint) {
    PastRun run = ended(number, Ending::hung);
    if (!fingerprint.empty())
        run.attempt.culprits = {{"stopped_consuming", "child", fingerprint}};
    return run;
}

TEST(Counts, LeaveOutWhatProvesNothing) {
    const Counts counts = count({ended(1, Ending::passed), ended(2, Ending::failed), ended(3, Ending::hung),
                                 ended(4, Ending::broken), ended(5, Ending::interrupted)});
    EXPECT_EQ(3U, counts.runs());
    EXPECT_EQ(2U, counts.bad().hits);
    EXPECT_EQ(1U, counts.hangs().hits);
    EXPECT_EQ(1U, counts.broken);
    EXPECT_EQ(1U, counts.interrupted);
}

TEST(Hangs, AreToldApartByFingerprintTheMostFrequentFirst) {
    const std::vector<MetHang> hangs =
        hangs_of({hung(1, "a"), ended(2, Ending::passed), hung(3, ""), hung(4, "b"), hung(5, "b")});
    ASSERT_EQ(3U, hangs.size());
    EXPECT_EQ("b", hangs[0].culprit->fingerprint);
    EXPECT_EQ((std::vector<std::size_t>{4, 5}), hangs[0].numbers);
    EXPECT_EQ("a", hangs[1].culprit->fingerprint);
    EXPECT_FALSE(hangs[2].culprit);
}

TEST(Lengths, OfAnEvenNumberHaveTheirMedianBetween) {
    const Lengths lengths =
        lengths_of({ended(1, Ending::passed, 4s), ended(2, Ending::hung, 60s), ended(3, Ending::passed, 1s),
                    ended(4, Ending::passed, 2s), ended(5, Ending::passed, 100s)},
                   Ending::passed);
    EXPECT_EQ(4U, lengths.count);
    EXPECT_EQ(Nanos(1s), lengths.least);
    EXPECT_EQ(Nanos(3s), lengths.median);
    EXPECT_EQ(Nanos(100s), lengths.most);
}

TEST(Reason, NamesAKnownWedgeAndCannotSteerATerminal) {
    const Result<KnownWedges> known =
        KnownWedges::parse("[[wedge]]\nfingerprint = 'f'\nname = 'the old one'\n", "known");
    ASSERT_TRUE(known);
    PastRun run = hung(1, "f");
    run.attempt.culprits.front().actor = "child\x1b[2J\n";
    EXPECT_EQ("stopped_consuming by child\\x1b[2J\\x0a [f], known: the old one",
              reason_of(run.attempt, *known));
}

TEST(Pairs, HaveEachSideOnceInAnOrderThatIsDrawn) {
    Pairs pairs(1);
    std::size_t base_first = 0;
    for (int i = 0; i < 1000; ++i) {
        const std::size_t first = pairs.next();
        EXPECT_EQ(1 - first, pairs.next());
        base_first += first == 0 ? 1 : 0;
    }
    EXPECT_NEAR(500, static_cast<double>(base_first), 60);
}

} // namespace
} // namespace unwedge::gate
