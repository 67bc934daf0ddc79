// SPDX-License-Identifier: GPL-2.0-only
#include "recording/files.h"
#include "recording/numbers.h"
#include "recording/rediagnose.h"
#include "recording/samples.h"
#include "recording/two_hosts.h"
#include "report/json.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <cerrno>

namespace unwedge::recording {
namespace {

using namespace two_hosts;
using Texts = std::vector<std::string>;

const Texts server_stopped{"alpha/server stopped_consuming certain confirmed"};
const Texts nobody;

facts::Pid pid_of(const Merged &merged, const std::string &name) {
    for (const auto &[pid, actor] : merged.recording.looks.back().snapshot.actors)
        if (actor.name == name)
            return pid;
    ADD_FAILURE() << "nobody is called " << name;
    return 0;
}

TEST(Merge, WaitsAndVerdictsCrossHosts) {
    const Merged all = merged({of_server(), of_client()});
    EXPECT_EQ(all.connections, 1U);
    EXPECT_EQ(culprits(all), server_stopped);
    EXPECT_EQ(victims(all),
              (Texts{"beta/caller waiting likely confirmed", "beta/client waiting likely confirmed"}));
    EXPECT_EQ(all.recording.meta.host, "alpha.test, beta.test");
    EXPECT_EQ(all.remarks, Texts{});
}

TEST(Merge, InAnyOrder) {
    const Merged all = merged({of_client(), of_server()});
    EXPECT_EQ(culprits(all), server_stopped);
    EXPECT_EQ(victims(all).size(), 2U);
}

TEST(Merge, EachAloneAccusesNobody) {
    for (const Recording &recording : {of_server(), of_client()})
        for (const diagnosis::Diagnosis &diagnosis : rediagnose(recording))
            EXPECT_FALSE(diagnosis.wedged());
}

TEST(Merge, JoinedEndsAreEachOthersPeers) {
    const Merged all = merged({of_server(), of_client()});
    const auto &ends = all.recording.looks.back().snapshot.ends;
    EXPECT_EQ(ends.size(), 4U);
    for (const auto &[id, end] : ends) {
        ASSERT_TRUE(ends.contains(end.peer));
        EXPECT_EQ(ends.at(end.peer).peer, id);
        EXPECT_EQ(end.leaves_host, end.kind == facts::ChannelKind::tcp) << "it still does";
    }
}

TEST(Merge, OnlyNumbersThatAreTakenAreRaised) {
    const Merged all = merged({of_server(), of_client()});
    EXPECT_EQ(pid_of(all, "alpha/server"), server);
    EXPECT_EQ(pid_of(all, "beta/client"), client + pids_of_a_host);
    EXPECT_EQ(pid_of(all, "beta/caller"), caller);
}

TEST(Merge, ThreadsAndFlightRecordsAreRenumberedWithTheirActors) {
    Recording one = of_server();
    Recording other = of_client();
    converse(one, other);
    other.looks.back().snapshot.ends.at(client_end).last_reader = client;
    other.events = {facts::Forked{.at = 60s, .parent = caller, .child = client, .comm = "client"}};
    const Merged all = merged({one, other});
    const facts::Pid raised = client + pids_of_a_host;
    const facts::Snapshot &last = all.recording.looks.back().snapshot;
    EXPECT_EQ(last.actors.at(raised).threads.front().tid, raised);
    const facts::EndId end = last.actors.at(raised).holds.front().end;
    EXPECT_EQ(last.ends.at(end).last_reader, raised);
    EXPECT_EQ(all.recording.flight.at(raised).records.front().end, static_cast<std::uint32_t>(end));
    EXPECT_EQ(std::get<facts::Forked>(all.recording.events.front()).child, raised);
    EXPECT_EQ(std::get<facts::Forked>(all.recording.events.front()).parent, caller);
}

TEST(Merge, SeveralCandidatesAreNotJoined) {
    Recording second_network = of_server("gamma.test", {.monotonic = 7s});
    const Merged all = merged({of_server(), of_client(), second_network});
    EXPECT_EQ(all.connections, 0U);
    EXPECT_EQ(culprits(all), nobody);
}

TEST(Merge, LoopbackAddressesMeanTheirOwnHost) {
    const auto over_loopback = [](const std::string &host, Clocks clocks) {
        const auto replace_ends = [](Recording &recording, std::string_view local, std::string_view remote) {
            for (Look &look : recording.looks) {
                look.snapshot.ends.at(1).address = local;
                look.snapshot.ends.at(1).remote_address = remote;
            }
        };
        std::vector<Recording> both{of_server(), of_client(host, clocks)};
        replace_ends(both[0], "127.0.0.1:4000", "127.0.0.1:51234");
        replace_ends(both[1], "127.0.0.1:51234", "127.0.0.1:4000");
        return merged(std::move(both));
    };
    EXPECT_EQ(over_loopback("beta.test", {.monotonic = 50s}).connections, 0U);
    EXPECT_EQ(over_loopback("alpha.test", {.monotonic = 50s}).connections, 0U) << "a namesake";
    const Merged one_host = over_loopback("alpha.test", {.monotonic = 1000s});
    EXPECT_EQ(one_host.connections, 1U);
    EXPECT_EQ(culprits(one_host), Texts{"server stopped_consuming certain confirmed"});
    EXPECT_EQ(one_host.recording.meta.host, "alpha.test");
}

TEST(Merge, UnixSocketsOfOneHostAreJoinedByWhatEachSawOfTheOther) {
    const auto both_by_unix = [](Clocks clocks) {
        std::vector<Recording> both{of_server(), of_client("alpha.test", clocks)};
        std::uint64_t inode = 501;
        for (Recording &recording : both) {
            for (Look &look : recording.looks) {
                facts::End &end = look.snapshot.ends.at(1);
                end.kind = facts::ChannelKind::unix_stream;
                end.address = end.remote_address = "";
                end.inode = inode;
                end.peer = 40;
                facts::End shadow = end;
                std::swap(shadow.id, shadow.peer);
                shadow.inode = 1003 - inode;
                look.snapshot.ends.emplace(shadow.id, shadow);
            }
            inode = 502;
        }
        return merged(std::move(both));
    };
    const Merged one_host = both_by_unix({.monotonic = 1000s});
    EXPECT_EQ(one_host.connections, 1U);
    EXPECT_EQ(culprits(one_host), Texts{"server stopped_consuming certain confirmed"});
    EXPECT_EQ(one_host.recording.looks.back().snapshot.ends.size(), 4U)
        << "what was seen twice is there once";
    EXPECT_EQ(both_by_unix({.monotonic = 50s}).connections, 0U) << "another boot";
}

TEST(Merge, WhoWasNotAcceptedYetWaitsForTheListenerOfTheOtherHost) {
    Recording one = recording_on("alpha.test", {.monotonic = 1000s});
    for (int i = 0; i < 4; ++i) {
        SnapshotBuilder build;
        sleeper(build, server, "server", in_epoll({})).hold(5, 6);
        build.listener(6, std::string(server_address), 1, 8);
        build.get().listeners.back().queued_since = one.meta.begin + stalled_at;
        build.outside(7, std::string(server_address), std::string(client_address)).get().pending_on = 6;
        add_look(one, build, server_looks_at + i * between_looks,
                 i == 3 ? Outlook::time_is_up : Outlook::more_looks);
    }
    const Merged all = merged({one, of_client()});
    EXPECT_EQ(all.connections, 1U);
    ASSERT_EQ(culprits(all).size(), 1U);
    EXPECT_TRUE(culprits(all).front().starts_with("alpha/server not_accepting")) << culprits(all).front();
}

TEST(Merge, ItsOutcomeIsThatOfItsOwnLooks) {
    const Merged all = merged({of_server(), of_client()});
    const std::vector<diagnosis::Diagnosis> anew = rediagnose(all.recording);
    ASSERT_EQ(anew.size(), all.recording.looks.size());
    for (std::size_t i = 0; i < anew.size(); ++i) {
        Look look = all.recording.looks[i];
        const std::string stored = report::to_json(all.recording.context(look));
        look.diagnosis = anew[i];
        EXPECT_EQ(report::to_json(all.recording.context(look)), stored);
    }
}

TEST(Merge, IsToldAsItStoodWhenTheFirstOfTheSystemWasEnded) {
    Recording one = of_server();
    one.looks.back().outlook = Outlook::more_looks;
    for (int i = 4; i < 20; ++i) // with nobody left who waits
        add_look(one, server_side(one.meta.begin), server_looks_at + i * between_looks);
    const Merged all = merged({one, of_client()});
    EXPECT_EQ(culprits(all), server_stopped);
}

TEST(Merge, AnotherRunThatEndedWellIsNotLeftOut) {
    Recording later = recording_on("alpha.test", {.monotonic = 1000s});
    SnapshotBuilder build;
    build.actor(80, "again").exited(0);
    add_look(later, build, 300s);
    later.looks.back().ended = true;
    const Merged all = merged({of_server(), of_client(), later});
    EXPECT_TRUE(all.recording.looks.back().snapshot.actors.contains(80));
    EXPECT_TRUE(all.recording.looks.back().ended);
    EXPECT_FALSE(all.recording.looks.back().diagnosis.wedged());
}

TEST(Merge, LossesAddUpAndWhatIsHiddenIsToldByHost) {
    Recording one = of_server();
    Recording other = of_client();
    for (Look &look : one.looks) {
        look.snapshot.losses = {{"events", 2}};
        look.snapshot.last_loss = one.meta.begin + 10s;
    }
    for (Look &look : other.looks) {
        look.snapshot.losses = {{"events", 3}, {"argv", 1}};
        look.snapshot.last_loss = other.meta.begin + 20s;
        look.snapshot.hidden = {"timeouts"};
    }
    const facts::Snapshot last = merged({one, other}).recording.looks.back().snapshot;
    EXPECT_EQ(last.losses, (facts::Losses{{"argv", 1}, {"events", 5}}));
    EXPECT_EQ(last.last_loss, one.meta.begin + 20s);
    EXPECT_EQ(last.hidden, Texts{"on beta: timeouts"});
}

TEST(Merge, TellsTheLeastThatAnyOfThemSaw) {
    Recording one = of_server();
    Recording other = of_client();
    one.meta.hooks = {{"receive", "tp_btf"}, {"send", "tp_btf"}};
    other.meta.hooks = {{"receive", "fentry"}, {"send", "tp_btf"}};
    other.meta.level = "sample";
    other.meta.command.reset();
    other.meta.end.reset();
    const Meta meta = merged({one, other}).recording.meta;
    EXPECT_EQ(meta.level, "sample");
    EXPECT_EQ(meta.tier, "bpf");
    EXPECT_EQ(meta.hooks.at("receive"), "tp_btf, fentry");
    EXPECT_EQ(meta.hooks.at("send"), "tp_btf");
    EXPECT_EQ(meta.kernel, "6.1.0");
    EXPECT_FALSE(meta.end) << "one was cut off";
    EXPECT_EQ(meta.command->argv, Texts{"run-alpha.test"});
}

TEST(Merge, TellsAllCommandsAndHowTheFirstThatFailedEnded) {
    Recording one = of_server();
    one.meta.command = report::Command{{"serve"}, 0, std::nullopt, false};
    const report::Command command = merged({one, of_client(), of_client()}).recording.meta.command.value();
    EXPECT_EQ(command.argv, (Texts{"serve", "&", "run-beta.test"}));
    EXPECT_EQ(command.exit_signal, 15);
    EXPECT_FALSE(command.exit_code);
    EXPECT_TRUE(command.timed_out);
}

TEST(Merge, SamplesAreOfAllHosts) {
    Recording one = of_server();
    Recording other = of_client();
    one.samples = {{one.meta.begin + 1s, 1, 2, 3, 4}, {one.meta.begin + 2s, 1, 2, 3, 4}};
    other.samples = {{other.meta.begin + 1500ms, 10, 20, 30, 40}, {other.meta.begin + 9s, 10, 20, 30, 40}};
    std::vector<std::uint64_t> actors;
    for (const Sample &sample : merged({one, other}).recording.samples)
        actors.push_back(sample.actors);
    EXPECT_EQ(actors, (std::vector<std::uint64_t>{1, 11, 11, 10}));
}

TEST(Merge, WhatWasPrintedIsToldByHost) {
    Recording one = of_server();
    Recording other = of_client();
    one.output = {{Stream::both, 7, "listening"}};
    other.output = {{Stream::both, 5, "asking\n"}, {Stream::standard_error, 0, "oh"}};
    EXPECT_EQ(merged({one, other}).recording.output,
              (std::vector<Output>{{Stream::standard_error, 0, "==> beta <==\noh"},
                                   {Stream::both, 12, "==> alpha <==\nlistening\n==> beta <==\nasking\n"}}));
}

TEST(Merge, OtherThresholdsAreRefused) {
    Recording other = of_client();
    other.meta.policy.sweep = 200ms;
    EXPECT_EQ(merged({of_server(), other}).recording.meta.policy.sweep, Nanos(200ms));
    other.meta.policy.stall_after = 1s;
    const Result<Merged> refused = merge({of_server(), other});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, EINVAL);
    EXPECT_NE(refused.error().message.find("--stall-after 1.0 s"), std::string::npos)
        << refused.error().message;
}

using MergedFile = Files;

TEST_F(MergedFile, IsARecordingWhateverItIsMadeOf) {
    for (const std::vector<Recording> &parts :
         {std::vector{of_server(), of_client()}, std::vector{samples::hostile(), samples::crowd(50, 2000)},
          std::vector{samples::wedge(), samples::wedge(), samples::healthy()},
          std::vector{samples::empty(), samples::empty()}}) {
        const Merged all = merged(parts);
        write_file(all.recording, path());
        const Result<Recording> read = recording::read(path());
        ASSERT_TRUE(read) << read.error().message;
        ASSERT_EQ(read->looks.size(), all.recording.looks.size());
        EXPECT_EQ(report::to_json(read->last()), report::to_json(all.recording.last()));
        std::filesystem::remove(path());
    }
}

/// A reader takes them, so what is made of them must be what a reader takes.
TEST_F(MergedFile, OfHostileOnesIsARecordingOrAnError) {
    for (const char *statement : {
             "UPDATE meta SET value = '4611686018427387904' WHERE key = 'begin_unix_ns'",
             "UPDATE meta SET value = '-4611686018427387904' WHERE key = 'begin_unix_ns'",
             "UPDATE meta SET value = '576460752303423488' WHERE key IN ('begin_ns', 'end_ns')",
             "UPDATE meta SET value = '-576460752303423488' WHERE key = 'begin_ns'",
             "UPDATE meta SET value = '' WHERE key = 'host'",
             "UPDATE looks SET at_ns = 576460752303423488 - look",
             "UPDATE looks SET at_ns = -at_ns, outlook = 'time_is_up'",
             "UPDATE looks SET ended = 1, after_rest = 1",
             "UPDATE ends SET peer = 0, address = 'x', remote_address = 'y'",
             "UPDATE ends SET peer = 0, pending_on = end_id, address = ']', remote_address = '['",
             "UPDATE ends SET end_id = -end_id, peer = -peer; UPDATE holds SET end_id = -end_id",
             "UPDATE ends SET end_id = 4294967295 + end_id",
             "UPDATE records SET end_id = 4294967295, amount = 4294967295, at_ns = -576460752303423488",
             "UPDATE flights SET precision_ns = 576460752303423488",
             "UPDATE events SET pid = -pid, child = 2147483647",
             "UPDATE threads SET tid = 2147483647; UPDATE watches SET tid = 2147483647",
             "UPDATE losses SET count = -1",
             "UPDATE samples SET unread = -1, at_ns = -at_ns",
         }) {
        SCOPED_TRACE(statement);
        write_file(samples::wedge(), path());
        {
            SQLite::Database database(path(), SQLite::OPEN_READWRITE);
            database.exec(statement);
        }
        const Result<Recording> hostile = recording::read(path());
        ASSERT_TRUE(hostile) << hostile.error().message;
        for (const std::vector<Recording> &parts :
             {std::vector{of_server(), *hostile, *hostile}, std::vector{*hostile, of_client()}}) {
            const Result<Merged> all = merge(parts);
            std::filesystem::remove(path());
            if (!all)
                continue;
            write_file(all->recording, path());
            const Result<Recording> read = recording::read(path());
            EXPECT_TRUE(read) << read.error().message;
        }
        std::filesystem::remove(path());
    }
}

TEST_F(MergedFile, CanBeMergedAgain) {
    const Merged once = merged({of_server(), of_client()});
    const Merged twice = merged({once.recording, of_client("gamma.test", {.monotonic = 3s})});
    EXPECT_EQ(twice.recording.looks.back().snapshot.actors.size(), 5U);
}

} // namespace
} // namespace unwedge::recording
