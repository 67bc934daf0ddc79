// SPDX-License-Identifier: GPL-2.0-only
#include "formats/html/page_data.h"
#include "recording/samples.h"

#include <gtest/gtest.h>

#include <csignal>

namespace unwedge::formats::html {
namespace {

using namespace std::chrono_literals;
using recording::Recording;
namespace samples = recording::samples;

constexpr std::int64_t s = 1'000'000'000;

Json data_of(const Recording &recording) {
    return page_data(Digest(recording));
}

Json find(const Json &list, const char *key, const Json &value) {
    for (const Json &item : list)
        if (item[key] == value)
            return item;
    return nullptr;
}

/// Of nothing but its begin, which is not at 0.
Recording blank() {
    Recording recording;
    recording.meta.begin = 1000s;
    recording.meta.end = 1010s;
    return recording;
}

recording::Look look_at(Nanos at) {
    recording::Look look;
    look.snapshot.at = at;
    return look;
}

facts::End unread_end(facts::EndId id, std::uint64_t unread) {
    facts::End end;
    end.id = id;
    end.unread = unread;
    return end;
}

TEST(PageData, TimesCountFromTheBeginning) {
    Recording recording = blank();
    recording.samples = {{1002s, 3, 4, 2, 1}};
    const Json data = data_of(recording);
    EXPECT_EQ(10 * s, data["until"]);
    EXPECT_EQ(Json::array({2 * s, 3, 4, 2, 1}), data["samples"][0]);
}

TEST(PageData, ALaterRecordProlongsTheTimeline) {
    Recording recording = blank();
    recording.flight[7].records = {{1012s, facts::FlightKind::send, 0, 1}};
    EXPECT_EQ(12 * s, data_of(recording)["until"]);
}

TEST(PageData, TellsWhoLivedWhen) {
    Recording recording = blank();
    recording.events = {facts::Forked{1001s, 1, 7, "sh"}, facts::Executed{1002s, 7, "cc", {"cc", "a b.c"}},
                        facts::Exited{1003s, 7, SIGKILL}, facts::Exited{1004s, 7, SIGKILL}};
    const Json actor = data_of(recording)["actors"][0];
    EXPECT_EQ(Json::array({Json::array({1 * s, 3 * s})}), actor["lives"]);
    EXPECT_EQ("cc", actor["name"]);
    EXPECT_EQ("cc 'a b.c'", actor["command"]);
    EXPECT_EQ("killed by SIGKILL", actor["sits"]);
    EXPECT_EQ("dead", actor["health"]);
}

TEST(PageData, APidCanBeGivenTwice) {
    Recording recording = blank();
    recording.events = {facts::Forked{1001s, 1, 7, "a"}, facts::Exited{1002s, 7, 0},
                        facts::Forked{1003s, 1, 7, "b"}};
    const Json actor = data_of(recording)["actors"][0];
    EXPECT_EQ(Json::array({Json::array({1 * s, 2 * s}), Json::array({3 * s, nullptr})}), actor["lives"]);
    EXPECT_NE("dead", actor["health"]);
}

TEST(PageData, WhoWasThereBeforeHasNoBirth) {
    Recording recording = blank();
    recording.looks = {look_at(1005s)};
    recording.looks[0].snapshot.actors[7].pid = 7;
    recording.looks[0].snapshot.actors[7].started = 900s;
    EXPECT_EQ(Json::array({Json::array({nullptr, nullptr})}), data_of(recording)["actors"][0]["lives"]);
}

TEST(PageData, ActorsOfEarlierLooksStay) {
    Recording recording = blank();
    recording.looks = {look_at(1005s), look_at(1006s)};
    recording.looks[0].snapshot.actors[7].pid = 7;
    EXPECT_EQ(7, data_of(recording)["actors"][0]["pid"]);
}

TEST(PageData, QueuesAreToldOverTime) {
    Recording recording = blank();
    for (int i = 0; i < 5; ++i) {
        recording.looks.push_back(look_at(1001s + i * 1s));
        recording.looks.back().snapshot.ends[9] = unread_end(9, i < 4 ? 10 : 20);
    }
    const Json queue = data_of(recording)["ends"][0]["queue"];
    const Json expected = Json::array({Json::array({1 * s, 10, nullptr}), Json::array({4 * s, 10, nullptr}),
                                       Json::array({5 * s, 20, nullptr})});
    EXPECT_EQ(expected, queue) << "readings between equal ones are left out";
}

TEST(PageData, StallsBeginWhereNothingMoreWasConsumed) {
    Recording recording = blank();
    recording.looks = {look_at(1009s)};
    recording.looks[0].snapshot.ends[9] = unread_end(9, 0);
    recording.events = {facts::StallBegan{1004s, 9, 165, 1001s}, facts::StallEnded{1006s, 9, 1001s},
                        facts::StallBegan{1008s, 9, 20, 1007s}};
    const Json stalls = data_of(recording)["ends"][0]["stalls"];
    EXPECT_EQ(Json::array({Json::array({1 * s, 6 * s, 165}), Json::array({7 * s, nullptr, 20})}), stalls);
}

TEST(PageData, AStallThatOnlyALookShows) {
    Recording recording = blank();
    recording.looks = {look_at(1009s)};
    recording.looks[0].snapshot.ends[9] = unread_end(9, 5);
    recording.looks[0].snapshot.ends[9].unread_since = 1002s;
    recording.looks[0].snapshot.ends[10] = unread_end(10, 5);
    recording.looks[0].snapshot.ends[10].unread_since = 1008s;
    const Json ends = data_of(recording)["ends"];
    EXPECT_EQ(Json::array({Json::array({2 * s, nullptr, 5})}), ends[0]["stalls"]);
    EXPECT_EQ(Json::array(), ends[1]["stalls"]) << "not for --stall-after";
}

TEST(PageData, IdsMayHaveAllTheirBits) {
    Recording recording = blank();
    const facts::EndId id = 0x8000'0000'0000'0007;
    recording.looks = {look_at(1009s)};
    recording.looks[0].snapshot.ends[id] = unread_end(id, 5);
    recording.flight[7].records = {{1001s, facts::FlightKind::receive, 7, 12}};
    const Json data = data_of(recording);
    EXPECT_EQ("9223372036854775815", data["ends"][0]["id"]);
    EXPECT_EQ(Json::array({0}), data["flight"]["7"]["ends"]) << "records have the low 32 bits";
}

TEST(PageData, RecordsAreColumns) {
    Recording recording = blank();
    recording.flight[7].records = {{1001s, facts::FlightKind::receive, 0, 12},
                                   {1003s, facts::FlightKind::unpark, 0, 0}};
    const Json flight = data_of(recording)["flight"]["7"];
    EXPECT_EQ(Json::array({1 * s, 2 * s}), flight["steps"]);
    EXPECT_EQ("ru", flight["kinds"]);
    EXPECT_EQ(Json::array({nullptr, nullptr}), flight["ends"]);
    EXPECT_EQ(Json::array({12, 0}), flight["amounts"]);
}

TEST(PageData, EqualGraphsAreToldOnce) {
    Recording recording = samples::wedge();
    recording.looks.push_back(recording.looks.back());
    const Json data = data_of(recording);
    EXPECT_EQ(2U, data["scenes"].size()) << "that of the look before had none";
    EXPECT_EQ(data["looks"][1]["scene"], data["looks"][2]["scene"]);
}

TEST(PageData, TellsWhoIsAccusedAndWhy) {
    const Json data = data_of(samples::wedge());
    const Json culprit = find(data["verdicts"], "part", "culprit");
    EXPECT_EQ(105, culprit["pid"]);
    EXPECT_EQ("sweep", culprit["evidence"][0][1]);
    EXPECT_EQ("py-spy dump --pid 105", culprit["hints"][0][1]);
    EXPECT_EQ("culprit", find(data["actors"], "pid", 105)["part"]);
    EXPECT_EQ("victim", find(data["actors"], "pid", 102)["part"]);
    EXPECT_EQ("", find(data["actors"], "pid", 108)["part"]);
}

TEST(PageData, ChannelsNameTheirEndsByNumber) {
    const Json data = data_of(samples::wedge());
    ASSERT_EQ(2U, data["channels"].size());
    for (const Json &channel : data["channels"])
        for (const Json &end : channel["ends"])
            EXPECT_LT(end, data["ends"].size());
}

TEST(PageData, OfNothing) {
    const Json data = data_of(samples::empty());
    EXPECT_EQ(0, data["until"]);
    for (const char *list :
         {"actors", "ends", "channels", "looks", "scenes", "verdicts", "events", "samples"})
        EXPECT_EQ(Json::array(), data[list]) << list;
}

} // namespace
} // namespace unwedge::formats::html
