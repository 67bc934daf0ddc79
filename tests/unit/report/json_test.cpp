// SPDX-License-Identifier: GPL-2.0-only
#include "report/json.h"

#include "samples.h"
#include "support/snapshot_builder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace unwedge::report {
namespace {

using namespace support;
using nlohmann::json;

json parsed(const Context &context) {
    return json::parse(to_json(context));
}

json actor(const json &document, int pid) {
    const json &actors = document["actors"];
    return *std::find_if(actors.begin(), actors.end(), [pid](const json &one) { return one["pid"] == pid; });
}

TEST(Json, TellsWhereItComesFrom) {
    const json document = parsed(samples::wedge());
    EXPECT_EQ(document["schema"], "unwedge.diagnosis/1");
    EXPECT_EQ(document["at"], "2026-01-31T12:00:00.123Z");
    EXPECT_EQ(document["host"], "ci-7");
    EXPECT_EQ(document["kernel"], "6.1.0-18-amd64");
    EXPECT_EQ(document["tier"], "bpf");
    EXPECT_EQ(document["level"], "trace");
    EXPECT_EQ(document["hooks"]["receive"], "fexit");
    EXPECT_EQ(document["hooks"]["sweep"], "iter");
    EXPECT_EQ(document["complete"], true);
    EXPECT_EQ(document["lost"], json({{"events", 0}}));
    EXPECT_EQ(document["command"], json({{"argv", {"pytest", "-x", "tests"}},
                                         {"exit", nullptr},
                                         {"signal", nullptr},
                                         {"timed_out", true}}));
}

TEST(Json, TellsWhatUnwedgeItselfDid) {
    Context context = samples::wedge();
    EXPECT_TRUE(parsed(context).at("provoked").is_null());
    context.provoked = Provoked{.spec = "cpu=2,stop", .seed = 9007199254740991};
    EXPECT_EQ(parsed(context)["provoked"], json({{"spec", "cpu=2,stop"}, {"seed", 9007199254740991}}));
}

TEST(Json, TellsTheTreesWedgedOnesFirst) {
    EXPECT_TRUE(parsed(samples::wedge())["trees"].is_null()) << "it was not asked for all";
    json trees = parsed(samples::host())["trees"];
    EXPECT_EQ(trees[0]["outside"]["text"], "no connection leaves the tree: the network is not to blame");
    EXPECT_EQ(trees[1]["outside"]["text"], "no connection leaves the tree");
    for (json &tree : trees)
        tree.erase("outside");
    EXPECT_EQ(trees[0], json({{"root", 4200}, {"name", "bash"}, {"actors", 4}, {"wedged", true}}));
    EXPECT_EQ(trees[1], json({{"root", 900}, {"name", "postgres"}, {"actors", 3}, {"wedged", false}}));
    EXPECT_EQ(trees.size(), 44);
}

TEST(Json, TellsTheVerdictFirst) {
    const json document = parsed(samples::wedge());
    EXPECT_EQ(document["wedged"], true);
    EXPECT_EQ(document["summary"],
              "child (pid 4242) stopped consuming: 165 B unread for 3.6 s; parent (pid 4240) and "
              "pytest (pid 4238) wait");
    const json culprit = document["verdicts"][0];
    EXPECT_EQ(culprit["kind"], "stopped_consuming");
    EXPECT_EQ(culprit["role"], "culprit");
    EXPECT_EQ(culprit["pid"], 4242);
    EXPECT_EQ(culprit["channel"], 1);
    EXPECT_EQ(culprit["since_s"], 3.6);
    EXPECT_EQ(culprit["confidence"], "certain");
    EXPECT_EQ(culprit["state"], "confirmed");
    EXPECT_EQ(culprit["fingerprint"], "0123456789abcdef");
    EXPECT_EQ(culprit["evidence"][0]["source"], "sweep");
    for (const char *none : {"blocked_on", "blocked_by", "thread", "waits_on", "final_blocker"})
        EXPECT_TRUE(culprit[none].is_null()) << none;
    const json victim = document["verdicts"][1];
    EXPECT_EQ(victim["kind"], "waiting");
    EXPECT_EQ(victim["waits_on"], 4242);
    EXPECT_EQ(victim["final_blocker"], 4242);
    EXPECT_EQ(document["waits"][1], json({{"from", 4238},
                                          {"to", 4240},
                                          {"channel", nullptr},
                                          {"strength", "definite"},
                                          {"why", "waits in wait4 until 4240 ends"}}));
}

TEST(Json, PairsTheEndsOfAChannel) {
    const json channels = parsed(samples::wedge())["channels"];
    ASSERT_EQ(channels.size(), 1U);
    EXPECT_EQ(channels[0]["id"], 1);
    EXPECT_EQ(channels[0]["kind"], "tcp");
    EXPECT_EQ(channels[0]["leaves_host"], false);
    EXPECT_EQ(channels[0]["ends"][0], json({{"holders", {{{"pid", 4242}, {"fd", 9}}}},
                                            {"address", "127.0.0.1:40001"},
                                            {"unread", 165},
                                            {"unsent", 0},
                                            {"interest", "none"},
                                            {"state", "ESTABLISHED"},
                                            {"peer_closed", false},
                                            {"last_receive_s", 10.0},
                                            {"last_send_s", nullptr},
                                            {"queueing_delay", nullptr}}));
    EXPECT_EQ(channels[0]["ends"][1]["holders"][0]["pid"], 4240);
    EXPECT_EQ(channels[0]["ends"][1]["interest"], "armed");
}

TEST(Json, ShowsAnOutsideEndByItsAddress) {
    const json channel = parsed(samples::triage())["channels"][1];
    EXPECT_EQ(channel["leaves_host"], true);
    EXPECT_TRUE(channel["ends"][0]["unread"].is_null()) << "unknown is not 0";
    EXPECT_EQ(channel["ends"][1], json({{"holders", json::array()},
                                        {"address", "93.184.216.34:443"},
                                        {"unread", nullptr},
                                        {"unsent", nullptr},
                                        {"interest", "unknown"},
                                        {"state", nullptr},
                                        {"peer_closed", nullptr},
                                        {"last_receive_s", nullptr},
                                        {"last_send_s", nullptr},
                                        {"queueing_delay", nullptr}}));
}

TEST(Json, TellsWhatLeavesTheTree) {
    EXPECT_EQ(parsed(samples::wedge())["outside"],
              json({{"text", "no connection leaves the tree: the network is not to blame"},
                    {"connections", json::array()},
                    {"used", false},
                    {"wedged_before_first_byte", true},
                    {"listeners", json::array()}}));
    Context context = samples::triage();
    context.snapshot.ends.at(3).last_send = 7190s;
    context.snapshot.actors.at(500).holds.push_back({5, 9});
    context.snapshot.listeners.front().loopback = false;
    EXPECT_EQ(parsed(context)["outside"],
              json({{"text", "1 connection leaves the tree: node (pid 500) → 93.184.216.34:443, in use"},
                    {"connections",
                     {{{"address", "93.184.216.34:443"},
                       {"kind", "tcp"},
                       {"leaves_host", true},
                       {"count", 1},
                       {"connecting", 0},
                       {"holders", {{{"pid", 500}, {"fd", 21}}}},
                       {"used", true},
                       {"used_at_wedge", nullptr},
                       {"first_traffic_s", 10.0}}}},
                    {"used", true},
                    {"wedged_before_first_byte", nullptr},
                    {"listeners", {"0.0.0.0:8080"}}}));
}

TEST(Json, TellsHowLongBytesHadWaitedAtLevelFull) {
    const json ends = parsed(samples::timed())["channels"][0]["ends"];
    EXPECT_EQ(ends[0]["queueing_delay"], json({{"count", 1402},
                                               {"half_below_us", 16.384},
                                               {"p99_below_us", 131.072},
                                               {"buckets",
                                                {{{"below_us", 16.384}, {"count", 1300}},
                                                 {{"below_us", 131.072}, {"count", 100}},
                                                 {{"below_us", nullptr}, {"count", 2}}}}}));
    EXPECT_EQ(ends[1]["queueing_delay"], json({{"count", 0},
                                               {"half_below_us", nullptr},
                                               {"p99_below_us", nullptr},
                                               {"buckets", json::array()}}));
}

TEST(Json, PairsADatagramSocketWithEachOfItsSenders) {
    SnapshotBuilder build;
    build.end(5).kind(facts::ChannelKind::unix_dgram).peer(9);
    build.end(6).kind(facts::ChannelKind::unix_dgram).peer(9);
    build.end(9).kind(facts::ChannelKind::unix_dgram).address("/dev/log", "");
    Context context;
    context.snapshot = build.snapshot();
    const json channels = parsed(context)["channels"];
    ASSERT_EQ(channels.size(), 3U);
    for (const int sender : {0, 1})
        EXPECT_EQ(channels[sender]["ends"][1]["address"], "/dev/log");
    EXPECT_EQ(channels[2]["ends"].size(), 2U);
}

TEST(Json, TellsWhatAnActorSitsIn) {
    const json document = parsed(samples::chain());
    EXPECT_EQ(actor(document, 105)["at"], "clock_nanosleep");
    EXPECT_EQ(actor(document, 105)["timer_s"], 3595.8);
    EXPECT_EQ(actor(document, 105)["health"], "blocked");
    EXPECT_EQ(actor(document, 103)["timer_s"], 30.0);
    EXPECT_TRUE(actor(document, 101)["timer_s"].is_null());
    EXPECT_EQ(actor(document, 101)["at"], "epoll_wait");
    EXPECT_EQ(actor(document, 101)["cpu"], 0.9);
    EXPECT_EQ(actor(document, 101)["state"], "S");
    EXPECT_EQ(actor(document, 101)["threads"], 1);
    const json wedge = parsed(samples::wedge());
    EXPECT_EQ(actor(wedge, 4242)["age_s"], 14.0);
    EXPECT_EQ(actor(wedge, 4242)["start_s"], 7186.0);
    const json triage = parsed(samples::triage());
    EXPECT_EQ(actor(triage, 501)["at"], "running");
    EXPECT_EQ(actor(triage, 499)["at"], "");
    EXPECT_EQ(actor(triage, 499)["state"], "Z");
    EXPECT_EQ(actor(triage, 499)["health"], "dead");
    EXPECT_TRUE(actor(triage, 499)["cpu"].is_null());
}

TEST(Json, TellsWhatProfileANameIsFrom) {
    const json document = parsed(samples::wedge());
    EXPECT_EQ(actor(document, 4242)["name"], "child");
    EXPECT_EQ(actor(document, 4242)["profile"], "tractor");
    EXPECT_TRUE(actor(document, 4238)["profile"].is_null());
}

TEST(Json, CountsTimersWithinAnHour) {
    SnapshotBuilder build;
    facts::Wait with_timerfd = in_epoll({}, facts::Timeout::after(60s));
    with_timerfd.timerfd = 5s;
    build.actor(1, "timerfd").thread(with_timerfd).thread(in_sleep(40s));
    build.actor(2, "a day").thread(in_epoll({}, facts::Timeout::after(24h)));
    build.actor(3, "overdue").thread(in_sleep(1s)).thread_at(0).asleep(3s);
    build.actor(4, "deadline").thread(in_futex({}, facts::Timeout::left(7s))).thread_at(0).asleep(3s);
    Context context;
    context.snapshot = build.snapshot();
    const json document = parsed(context);
    EXPECT_EQ(actor(document, 1)["timer_s"], 5.0);
    EXPECT_TRUE(actor(document, 2)["timer_s"].is_null());
    EXPECT_EQ(actor(document, 3)["timer_s"], 0.0);
    EXPECT_EQ(actor(document, 4)["timer_s"], 7.0) << "a deadline counts from now";
}

TEST(Json, TellsHowLongARecoveredStallLasted) {
    const json document = parsed(samples::recovered());
    EXPECT_EQ(document["wedged"], false);
    EXPECT_EQ(document["verdicts"][0]["state"], "recovered");
    EXPECT_EQ(document["verdicts"][0]["since_s"], 4.1);
}

TEST(Json, CountsLosses) {
    const json document = parsed(samples::inconclusive());
    EXPECT_EQ(document["lost"], json({{"events", 0}, {"ringbuf_full", 12}, {"task_storage", 3}}));
    EXPECT_EQ(document["complete"], false);
    EXPECT_EQ(document["wedged"], false);
}

TEST(Json, WithoutBpfHasNeitherLevelNorHooks) {
    const json document = parsed(samples::triage());
    EXPECT_TRUE(document["level"].is_null());
    EXPECT_TRUE(document["hooks"].is_null());
    EXPECT_TRUE(document["command"].is_null());
    EXPECT_EQ(document["listeners"],
              json::parse(R"([{"address": "0.0.0.0:8080", "queued": 3, "limit": 511}])"));
    EXPECT_EQ(document["notes"][0]["kind"], "busy");
    EXPECT_EQ(document["notes"][0]["pid"], 501);
    EXPECT_EQ(document["notes"][0]["channel"], 1);
}

TEST(Json, TellsStacksWhereTheyWereAskedFor) {
    EXPECT_TRUE(parsed(samples::wedge())["stacks"].is_null());
    const json stacks = parsed(samples::stacked())["stacks"];
    ASSERT_EQ(stacks.size(), 2U);
    EXPECT_EQ(stacks[0]["pid"], 4242);
    EXPECT_EQ(stacks[0]["tid"], 4242);
    EXPECT_EQ(stacks[0]["kernel"][0], "do_epoll_wait");
    EXPECT_EQ(stacks[0]["stopped_ms"], 0.092);
    EXPECT_TRUE(stacks[0]["error"].is_null());
    ASSERT_EQ(stacks[0]["user"].size(), 15U) << "all of them";
    EXPECT_EQ(stacks[0]["user"][0],
              json({{"function", "epoll_wait"},
                    {"module", "/usr/lib/x86_64-linux-gnu/libc.so.6"},
                    {"address", "0x108ef3"},
                    {"source", {{"file", "../sysdeps/unix/sysv/linux/epoll_wait.c"}, {"line", 30}}}}));
    EXPECT_EQ(
        stacks[0]["user"][2],
        json({{"function", nullptr}, {"module", nullptr}, {"address", "0x7f1234"}, {"source", nullptr}}));
    EXPECT_TRUE(stacks[1]["kernel"].is_null());
    EXPECT_TRUE(stacks[1]["user"].is_null());
    EXPECT_EQ(stacks[1]["stopped_ms"], 0.0);
    EXPECT_EQ(stacks[1]["error"], "process 77 traces it already");
    Context asked = samples::wedge();
    asked.stacks.emplace();
    EXPECT_EQ(parsed(asked)["stacks"], json::array());
}

TEST(Json, ReplacesWhatIsNotUtf8) {
    const json document = parsed(samples::hostile());
    const std::string name = actor(document, 4242)["name"];
    EXPECT_NE(name.find("\xef\xbf\xbd"), std::string::npos);
    EXPECT_EQ(name.find('\xff'), std::string::npos);
    EXPECT_EQ(name.front(), '\x1b') << "JSON keeps what it can carry";
}

TEST(Json, IsIndentedAndEndsItsLastLine) {
    const std::string text = to_json(samples::empty());
    EXPECT_TRUE(text.starts_with("{\n  \"schema\": \"unwedge.diagnosis/1\",\n  \"at\""));
    EXPECT_TRUE(text.ends_with("}\n"));
}

} // namespace
} // namespace unwedge::report
