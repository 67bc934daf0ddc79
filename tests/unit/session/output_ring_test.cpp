// SPDX-License-Identifier: GPL-2.0-only
#include "session/output_ring.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

namespace unwedge::session {
namespace {

TEST(OutputRing, KeepsAllOfALittle) {
    const auto ring = std::make_unique<OutputRing>();
    EXPECT_EQ(ring->tail().text, "");
    ring->append("one ");
    ring->append("two");
    EXPECT_EQ(ring->tail().text, "one two");
    EXPECT_EQ(ring->tail().before, 0U);
    EXPECT_EQ(ring->total(), 7U);
}

TEST(OutputRing, KeepsTheLastOfMuch) {
    const auto ring = std::make_unique<OutputRing>();
    std::string all;
    for (int i = 0; all.size() < 3 * OutputRing::capacity; ++i) {
        const std::string line = std::to_string(i) + "\n";
        ring->append(line);
        all += line;
    }
    const OutputRing::Tail tail = ring->tail();
    EXPECT_EQ(tail.text, all.substr(all.size() - OutputRing::capacity));
    EXPECT_EQ(tail.before, all.size() - OutputRing::capacity);
}

TEST(OutputRing, TellsNothingThatIsHalfOverwritten) {
    const auto ring = std::make_unique<OutputRing>();
    std::jthread writer([&ring](const std::stop_token &stop) {
        for (char letter = 'a'; !stop.stop_requested();
             letter = letter == 'z' ? 'a' : static_cast<char>(letter + 1))
            ring->append(std::string(4096, letter));
    });
    for (int i = 0; i < 2000; ++i) {
        const OutputRing::Tail tail = ring->tail();
        // Letters follow each other, so a place that was overwritten meanwhile would break their order.
        for (std::size_t at = 1; at < tail.text.size(); ++at) {
            const char before = tail.text[at - 1];
            const char next = before == 'z' ? 'a' : static_cast<char>(before + 1);
            ASSERT_TRUE(tail.text[at] == before || tail.text[at] == next);
        }
    }
}

} // namespace
} // namespace unwedge::session
