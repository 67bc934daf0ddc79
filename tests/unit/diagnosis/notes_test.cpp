// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/story.h"
#include "diagnosis/suspicion.h"

#include <gtest/gtest.h>

namespace unwedge::diagnosis {
namespace {

std::vector<std::string> notes(SnapshotBuilder build) {
    std::vector<std::string> all;
    const Story story = wedge(std::move(build));
    for (const Note &note : story.latest().notes)
        all.push_back(std::string(name(note.kind)) + ": " + note.text);
    return all;
}

TEST(Notes, TellOfASenderThatASlowReceiverHoldsUp) {
    SnapshotBuilder build = conversation(in_sleep(300ms));
    build.actor(parent).thread_at(0).wait(in_write(parent_fd));
    build.end(child_end).unread(90'000, first_look).received(7, first_look);
    EXPECT_EQ(notes(build), Texts{"backpressure: 11 is blocked sending to 12 on fd 7, which reads slowly"});
}

TEST(Notes, DoNotCallItSlowWhoReadNothing) {
    SnapshotBuilder build = conversation(in_sleep(1h));
    build.actor(parent).thread_at(0).wait(in_write(parent_fd));
    build.end(child_end).unread(90'000, stalled_at).received(7, stalled_at);
    EXPECT_EQ(notes(build), Texts{});
}
} // namespace
} // namespace unwedge::diagnosis
