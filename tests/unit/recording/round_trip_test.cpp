// SPDX-License-Identifier: GPL-2.0-only
#include "recording/files.h"
#include "recording/numbers.h"
#include "recording/samples.h"
#include "recording/shift.h"
#include "report/json.h"
#include "report/samples.h"
#include "report/text.h"

#include <sys/stat.h>

#include <algorithm>

namespace unwedge::recording {
namespace {

using RoundTrip = Files;

TEST_F(RoundTrip, EveryReportOfEverySampleIsTheSameFromTheFile) {
    for (auto [name, context] : report::samples::all()) {
        SCOPED_TRACE(name);
        context.stacks.reset(); // those of triage are not recorded
        context.trees.reset();
        const Recording written = samples::of(context);
        write_file(written, path(name));
        const Result<Recording> read = recording::read(path(name));
        ASSERT_TRUE(read) << read.error().message;
        ASSERT_EQ(read->looks.size(), written.looks.size());
        for (std::size_t i = 0; i < written.looks.size(); ++i) {
            EXPECT_EQ(report::to_json(read->context(read->looks[i])),
                      report::to_json(written.context(written.looks[i])));
            // Arguments that are no text are kept as nearly as JSON can.
            if (name != "hostile") {
                EXPECT_EQ(report::to_text(read->context(read->looks[i]), {}),
                          report::to_text(written.context(written.looks[i]), {}));
            }
        }
    }
}

TEST_F(RoundTrip, WhatIsReadIsAllThatWasWritten) {
    for (const Recording &written : {samples::wedge(), samples::healthy(), samples::crowd(50, 2000),
                                     samples::empty(), samples::of(report::samples::timed())}) {
        write_file(written, path("first"));
        const Result<Recording> read = recording::read(path("first"));
        ASSERT_TRUE(read) << read.error().message;
        write_file(*read, path("second"));
        EXPECT_EQ(lines_of(path("first")), lines_of(path("second")));
        EXPECT_EQ(read->events.size(), written.events.size());
        EXPECT_EQ(read->output, written.output);
        EXPECT_EQ(read->flight.size(), written.flight.size());
        for (const auto &[pid, history] : written.flight)
            EXPECT_EQ(read->flight.at(pid).records, history.records);
        std::filesystem::remove(path("first"));
        std::filesystem::remove(path("second"));
    }
}

/// A wedge whose first actor's records have told all they can, about end 7.
Recording with_doings() {
    using namespace std::chrono_literals;
    Recording recording = samples::wedge();
    facts::Snapshot &last = recording.looks.back().snapshot;
    last.actors.begin()->second.doings =
        facts::Doings{.first = facts::FirstDeed{1s, facts::FlightKind::state},
                      .any = true,
                      .last_deed = 3s,
                      .deed = 17,
                      .conversations = {{7,
                                         {.spoke_last = true,
                                          .answered = 41,
                                          .messages = 2,
                                          .slowest = 3ms,
                                          .asked = 2s,
                                          .sent = 1,
                                          .in_turn = 20,
                                          .shifted = 10,
                                          .behind = 1,
                                          .slipped = 2500ms}}}};
    return recording;
}

const facts::Doings &doings_of(const Recording &recording) {
    return recording.looks.back().snapshot.actors.begin()->second.doings.value();
}

TEST_F(RoundTrip, WhatFlightRecordsToldIsKept) {
    const Recording written = with_doings();
    write_file(written, path());
    const Result<Recording> read = recording::read(path());
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(doings_of(*read), doings_of(written));
    const auto &actors = read->looks.back().snapshot.actors;
    EXPECT_FALSE(std::next(actors.begin())->second.doings) << "of others nothing is known";
}

TEST_F(RoundTrip, WhatFlightRecordsToldMovesWithTheRest) {
    using namespace std::chrono_literals;
    Recording moved = with_doings();
    shift(moved, 10s);
    EXPECT_EQ(doings_of(moved).first->at, 11s);
    EXPECT_EQ(doings_of(moved).last_deed, 13s);
    EXPECT_EQ(doings_of(moved).conversations.at(7).asked, 12s);
    EXPECT_EQ(doings_of(moved).conversations.at(7).slipped, 12500ms);
    Numbers numbers;
    Recording first = with_doings();
    ASSERT_TRUE(numbers.tell_apart(first));
    ASSERT_TRUE(numbers.tell_apart(moved));
    EXPECT_FALSE(doings_of(moved).conversations.contains(7))
        << "it is another end than the first recording's";
    EXPECT_EQ(doings_of(moved).conversations.size(), 1U);
}

TEST_F(RoundTrip, AClosedFileStandsAlone) {
    write_file(samples::wedge(), path());
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
    std::filesystem::permissions(folder_,
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    EXPECT_TRUE(read(path()));
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
}

TEST_F(RoundTrip, WhatIsToldTwiceOfAnActorCountsOnce) {
    const Recording recording = samples::wedge();
    Result<Writer> writer = Writer::create(path(), recording.meta, false, plenty);
    ASSERT_TRUE(writer);
    facts::History history{.records = {{Nanos(1), facts::FlightKind::send, 7, 10}, {Nanos(2), {}, 7, 11}}};
    ASSERT_TRUE(writer->add(5, history));
    history.records.push_back({Nanos(3), facts::FlightKind::unpark, 0, 0});
    history.records.erase(history.records.begin());
    history.overwritten = 1;
    ASSERT_TRUE(writer->add(5, history));
    ASSERT_TRUE(writer->close());
    const Result<Recording> read = recording::read(path());
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->flight.at(5).records.size(), 3U);
    EXPECT_EQ(read->flight.at(5).overwritten, 0U);
}

TEST_F(RoundTrip, ACopyIsARecordingOfItsOwn) {
    const Recording written = samples::wedge();
    Result<Writer> writer = Writer::create(path(), written.meta, false, plenty);
    ASSERT_TRUE(writer && writer->add(written) && writer->commit());
    Meta so_far = written.meta;
    so_far.end = written.meta.begin + std::chrono::seconds(9);
    const Result<void> copied = writer->copy_to(path("copy"), so_far);
    ASSERT_TRUE(copied) << copied.error().message;
    const Result<Recording> copy = read(path("copy"));
    ASSERT_TRUE(copy) << copy.error().message;
    EXPECT_EQ(copy->looks.size(), written.looks.size());
    EXPECT_EQ(copy->meta.end, so_far.end);
    ASSERT_TRUE(writer->add(written.samples.front()) && writer->close()) << "the recording goes on";
    EXPECT_EQ(read(path())->samples.size(), written.samples.size() + 1);
}

TEST_F(RoundTrip, WhatWasPrintedIsRedacted) {
    Recording printed = samples::wedge();
    printed.output = {
        {Stream::standard_error, 0,
         "DB_PASSWORD=hunter2\nGET https://me:hunter2@host/x\n+ env API_TOKEN=hunter2 make x=1\n"}};
    write_file(printed, path(), true);
    EXPECT_EQ(read(path())->output.front().text, "DB_PASSWORD=[redacted]\nGET https://me:[redacted]@host/x\n"
                                                 "+ env API_TOKEN=[redacted] make x=1\n");
}

TEST_F(RoundTrip, SecretsAreRedactedWhereverACommandLineStands) {
    report::Context context = report::samples::wedge();
    context.command->argv = {"tool", "--password=hunter2"};
    for (auto &[pid, actor] : context.snapshot.actors) {
        actor.argv = {"tool", "--password=my hunter2", "--verbose"};
        actor.title = "tool --password=my hunter2 --verbose";
    }
    write_file(samples::of(context), path(), true);
    for (const std::string &line : lines_of(path()))
        EXPECT_EQ(line.find("hunter2"), std::string::npos) << line;
    const Result<Recording> read = recording::read(path());
    ASSERT_TRUE(read);
    EXPECT_NE(read->looks.back().snapshot.actors.begin()->second.title.find("--verbose"), std::string::npos);
}

} // namespace
} // namespace unwedge::recording
