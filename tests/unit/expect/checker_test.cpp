// SPDX-License-Identifier: GPL-2.0-only
#include "expect/checker.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cerrno>
#include <csignal>
#include <string>

namespace unwedge::expect {
namespace {

using namespace std::chrono_literals;
using Kind = facts::SocketAddress::Kind;
using Source = Checker::Source;

constexpr Nanos start = 1000s;
constexpr facts::Pid root = 10;

facts::SocketAddress tcp(std::string ip, std::uint16_t port) {
    return {.kind = Kind::tcp, .ip = std::move(ip), .port = port, .path = ""};
}

/// A run of `python3 /opt/app.py`, two seconds long.
class Trial {
  public:
    explicit Trial(std::string_view spec, Source source = Source::events)
        : checker_({*parse(spec)}, {"192.0.2.1"}, source) {
        checker_.begin(root, {"/usr/bin/python3", "/opt/app.py"}, start);
        ending_.at = start + 2s;
    }

    template <typename Seen>
    Trial &saw(const Seen &seen) {
        checker_.saw(seen);
        return *this;
    }
    Trial &saw(facts::Call call) {
        checker_.saw(call);
        return *this;
    }
    Trial &forked(facts::Pid parent, facts::Pid child) {
        return saw(facts::Event(facts::Forked{start + 200ms, parent, child, "python3"}));
    }
    Trial &ran(facts::Pid pid, std::string comm, std::vector<std::string> argv) {
        return saw(facts::Event(facts::Executed{start + 300ms, pid, std::move(comm), std::move(argv)}));
    }
    Ending &ending() { return ending_; }
    Outcome judged() const { return checker_.judge(ending_).front(); }
    Finding finding() const { return judged().finding; }
    std::string text() const { return judged().text; }

  private:
    Checker checker_;
    Ending ending_;
};

TEST(Expect, AnActorIsKnownByEachOfItsNames) {
    for (const char *name : {"python3", "app.py", "app.*"})
        EXPECT_EQ(Trial("actor=" + std::string(name)).finding(), Finding::held) << name;
    for (const char *name : {"worker", "python3 worker.py", "worker.py", "worker.py --id", "worker.py *"})
        EXPECT_EQ(Trial("actor=" + std::string(name))
                      .forked(root, 11)
                      .ran(11, "worker", {"python3", "worker.py", "fast"})
                      .finding(),
                  std::string_view(name).ends_with("--id") || std::string_view(name).starts_with("python3 ")
                      ? Finding::failed
                      : Finding::held)
            << name;
}

TEST(Expect, AnActorThatNeverCameIsToldWithThoseWhoDid) {
    const Trial run = Trial("actor=redis").forked(root, 11).ran(11, "sh", {"sh", "-c", "true"});
    EXPECT_EQ(run.finding(), Finding::failed);
    EXPECT_NE(run.text().find("'app.py' (pid 10)"), std::string::npos) << run.text();
    EXPECT_NE(run.text().find("'sh' (pid 11)"), std::string::npos) << run.text();
}

TEST(Expect, AnActorMayComeTooLate) {
    EXPECT_EQ(Trial("actor=sh,within=500ms").forked(root, 11).ran(11, "sh", {"sh"}).finding(), Finding::held);
    const Trial late = Trial("actor=sh,within=100ms").forked(root, 11).ran(11, "sh", {"sh"});
    EXPECT_EQ(late.finding(), Finding::failed);
    EXPECT_EQ(late.text(), "'sh' (pid 11) was there after 300 ms");
}

TEST(Expect, NoActorOfAName) {
    EXPECT_EQ(Trial("no-actor=sh").forked(root, 11).finding(), Finding::held);
    const Trial run = Trial("no-actor=sh").forked(root, 11).ran(11, "sh", {"sh", "-c", "true"});
    EXPECT_EQ(run.finding(), Finding::failed);
    EXPECT_EQ(line_of(run.judged()), "expected no actor 'sh': 'sh' (pid 11) was there after 300 ms");
}

TEST(Expect, ALossLeavesAbsenceUnknownAndPresenceHeld) {
    Trial absent("no-spawn");
    absent.ending().losses = {{"events", 3}};
    EXPECT_EQ(absent.finding(), Finding::unknown);
    EXPECT_EQ(absent.text(), "not all was seen: 3 events lost");
    Trial missing("actor=sh");
    missing.ending().losses = {{"events", 3}};
    EXPECT_EQ(missing.finding(), Finding::unknown);
    Trial present("actor=app.py");
    present.ending().losses = {{"events", 3}};
    EXPECT_EQ(present.finding(), Finding::held);
    Trial failed("no-spawn");
    failed.forked(root, 11).ending().losses = {{"events", 3}};
    EXPECT_EQ(failed.finding(), Finding::failed);
    Trial others("no-spawn");
    others.ending().losses = {{"looks", 2}, {"returns", 1}, {"argv", 1}, {"ends", 1}};
    EXPECT_EQ(others.finding(), Finding::held) << "what these tell of is no birth";
    Trial named("no-actor=sh");
    named.ending().losses = {{"argv", 1}};
    EXPECT_EQ(named.finding(), Finding::unknown);
    Trial answered("connect=:80");
    answered.ending().losses = {{"ends", 1}};
    EXPECT_EQ(answered.finding(), Finding::unknown);
}

TEST(Expect, TracingThatStoppedLeavesItUnknown) {
    Trial run("no-spawn");
    run.ending().watched = false;
    EXPECT_EQ(run.finding(), Finding::unknown);
}

TEST(Expect, AProcessOfItsOwnIsASpawnAndAnExecIsNone) {
    EXPECT_EQ(Trial("no-spawn").ran(root, "sh", {"sh"}).finding(), Finding::held);
    const Trial run = Trial("no-spawn").forked(root, 11).forked(root, 12).ran(11, "sleep", {"sleep", "1"});
    EXPECT_EQ(run.finding(), Finding::failed);
    EXPECT_EQ(run.text(), "'sleep 1' (pid 11) was started by 'app.py' (pid 10) after 200 ms, and 1 more");
}

TEST(Expect, AConnectionIsOneThatWasAnswered) {
    const facts::Connecting begun{start + 100ms, root, 7, tcp("127.0.0.1", 80), 0};
    EXPECT_EQ(Trial("connect=:80")
                  .saw(facts::Call(begun))
                  .saw(facts::Call(facts::Connected{start + 150ms, 7}))
                  .finding(),
              Finding::held);
    const Trial refused =
        Trial("connect=:80").saw(facts::Call(begun)).saw(facts::Call(facts::Connected{start + 1s, 8}));
    EXPECT_EQ(refused.finding(), Finding::failed);
    EXPECT_NE(refused.text().find("began to connect to 127.0.0.1:80"), std::string::npos) << refused.text();
}

TEST(Expect, AConnectionOfWhichNoAnswerCanBeToldIsNotHeld) {
    Trial trial("connect=:80");
    trial.saw(facts::Call(facts::Connecting{start, root, 0, tcp("127.0.0.1", 80), 0}));
    trial.ending().losses = {{"ends", 1}};
    EXPECT_EQ(trial.finding(), Finding::unknown);
}

TEST(Expect, AConnectionMayBeAnsweredTooLate) {
    const Trial late =
        Trial("connect=:80,within=100ms")
            .saw(facts::Call(facts::Connecting{start + 50ms, root, 7, tcp("127.0.0.1", 80), 0}))
            .saw(facts::Call(facts::Connected{start + 150ms, 7}));
    EXPECT_EQ(late.finding(), Finding::failed);
}

TEST(Expect, AnAttemptToConnectIsEnoughWhereNoneMayBe) {
    const Trial run =
        Trial("no-connect=:6379")
            .saw(facts::Call(facts::Connecting{start + 200ms, root, 7, tcp("127.0.0.1", 6379), 0}));
    EXPECT_EQ(run.finding(), Finding::failed);
    EXPECT_EQ(line_of(run.judged()), "expected no connection to :6379: 'app.py' (pid 10) began to connect to "
                                     "127.0.0.1:6379 after 200 ms");
    EXPECT_EQ(Trial("no-connect=outside")
                  .saw(facts::Call(facts::Connecting{start, root, 7, tcp("192.0.2.1", 80), 0}))
                  .finding(),
              Finding::held)
        << "this host is not outside";
}

TEST(Expect, UnixSocketsAreConnectedAtOnceOrNot) {
    const facts::SocketAddress socket{.kind = Kind::unix_socket, .ip = "", .port = 0, .path = "/run/x.sock"};
    EXPECT_EQ(
        Trial("connect=/run/x.sock").saw(facts::Call(facts::Connecting{start, root, 0, socket, 0})).finding(),
        Finding::held);
    const Trial refused = Trial("connect=/run/x.sock")
                              .saw(facts::Call(facts::Connecting{start, root, 0, socket, ECONNREFUSED}));
    EXPECT_EQ(refused.finding(), Finding::failed);
    EXPECT_NE(refused.text().find("Connection refused"), std::string::npos) << refused.text();
    EXPECT_EQ(Trial("no-connect=/run/x.sock")
                  .saw(facts::Call(facts::Connecting{start, root, 0, socket, ECONNREFUSED}))
                  .finding(),
              Finding::failed);
}

TEST(Expect, AListenerAtTheRightPlaceInTime) {
    const facts::Listening listening{start + 200ms, root, tcp("0.0.0.0", 8080)};
    EXPECT_EQ(Trial("listen=127.0.0.1:8080,within=1s").saw(facts::Call(listening)).finding(), Finding::held);
    EXPECT_EQ(Trial("listen=:8080,within=100ms").saw(facts::Call(listening)).finding(), Finding::failed);
    const Trial elsewhere = Trial("listen=:9090").saw(facts::Call(listening));
    EXPECT_EQ(elsewhere.finding(), Finding::failed);
    EXPECT_NE(elsewhere.text().find("listened at 0.0.0.0:8080"), std::string::npos) << elsewhere.text();
    EXPECT_EQ(Trial("no-listen=outside").saw(facts::Call(listening)).finding(), Finding::failed);
    EXPECT_EQ(Trial("no-listen=:9090").saw(facts::Call(listening)).finding(), Finding::held);
}

TEST(Expect, SocketsAreToldByFamily) {
    const facts::SocketMade pair{start, root, AF_UNIX, true};
    EXPECT_EQ(Trial("no-socket").finding(), Finding::held);
    EXPECT_EQ(Trial("no-socket=inet").saw(facts::Call(pair)).finding(), Finding::held);
    const Trial run = Trial("no-socket").saw(facts::Call(pair));
    EXPECT_EQ(run.finding(), Finding::failed);
    EXPECT_EQ(run.text(), "'app.py' (pid 10) made a pair of sockets (UNIX) after 0 s");
}

TEST(Expect, CallsOf32BitCodeAreNotUnderstood) {
    Trial run("no-socket");
    run.ending().calls_of_others = 1;
    EXPECT_EQ(run.finding(), Finding::unknown);
    for (const char *spec : {"no-spawn", "no-connect=outside"}) {
        Trial other(spec);
        other.ending().calls_of_others = 1;
        EXPECT_EQ(other.finding(), Finding::held) << spec << " does not go by system calls";
    }
}

TEST(Expect, LooksAloneProveWhatWasSeenAndNotWhatWasNot) {
    facts::Snapshot look;
    look.at = start + 1s;
    look.listeners.push_back({.id = 1, .address = "127.0.0.1:80"});
    EXPECT_EQ(Trial("listen=:80", Source::looks).saw(look).finding(), Finding::held);
    EXPECT_EQ(Trial("listen=:80,within=500ms", Source::looks).saw(look).finding(), Finding::unknown)
        << "it may have listened before that look";
    EXPECT_EQ(Trial("listen=:81", Source::looks).saw(look).finding(), Finding::unknown);
    EXPECT_EQ(Trial("actor=sh", Source::looks).finding(), Finding::unknown);
    EXPECT_EQ(Trial("exit=0", Source::looks).finding(), Finding::held);
    EXPECT_EQ(Trial("no-orphans", Source::looks).finding(), Finding::held);
}

TEST(Expect, TheExitStatus) {
    EXPECT_EQ(Trial("exit=0").finding(), Finding::held);
    const Trial other("exit=3");
    EXPECT_EQ(other.finding(), Finding::failed);
    EXPECT_EQ(other.text(), "it ended after 2.0 s with status 0");
    Trial killed("exit=137");
    killed.ending().status = 137;
    killed.ending().signal = SIGKILL;
    EXPECT_EQ(killed.finding(), Finding::held);
    EXPECT_EQ(killed.text(), "it ended after 2.0 s with status 137 (SIGKILL)");
}

TEST(Expect, AnEndByItselfAndInTime) {
    EXPECT_EQ(Trial("ends").finding(), Finding::held);
    EXPECT_EQ(Trial("ends,within=3s").finding(), Finding::held);
    EXPECT_EQ(Trial("ends,within=1s").finding(), Finding::failed);
    Trial ended("ends");
    ended.ending().by_unwedge = true;
    EXPECT_EQ(ended.finding(), Finding::failed);
    EXPECT_EQ(ended.text(), "unwedge ended it after 2.0 s");
}

/// One process is left, with a listener and a connection that the other side has closed.
facts::Snapshot leftover() {
    facts::Snapshot look;
    facts::Actor orphan;
    orphan.pid = 11;
    orphan.comm = "daemon";
    orphan.holds = {{3, 1}, {4, 2}};
    look.actors[11] = orphan;
    look.listeners.push_back({.id = 1, .address = "127.0.0.1:80"});
    facts::End end;
    end.id = 2;
    end.state = "CLOSE_WAIT";
    end.address = "127.0.0.1:5000";
    end.remote_address = "192.0.2.7:80";
    look.ends[2] = end;
    return look;
}

TEST(Expect, WhatIsLeftIsNamed) {
    const struct {
        const char *spec;
        const char *text;
    } cases[]{
        {"no-orphans", "1.0 s after its end still there: 'daemon' (pid 11)"},
        {"no-listeners", "1.0 s after its end still listening: 'daemon' (pid 11) at 127.0.0.1:80"},
        {"no-close-wait",
         "1.0 s after its end still holding what the other side has closed: 'daemon' (pid 11) from "
         "127.0.0.1:5000 to 192.0.2.7:80"},
    };
    for (const auto &[spec, text] : cases) {
        Trial run(spec);
        EXPECT_EQ(run.finding(), Finding::held) << spec;
        run.ending().left = {11};
        run.ending().look = leftover();
        EXPECT_EQ(run.finding(), Finding::failed) << spec;
        EXPECT_EQ(run.text(), text);
    }
}

TEST(Expect, AnOrphanThatHoldsNeitherIsNoLeftoverOfThatKind) {
    for (const char *spec : {"no-listeners", "no-close-wait"}) {
        Trial run(spec);
        run.ending().left = {11};
        run.ending().look = leftover();
        run.ending().look->actors[11].holds.clear();
        EXPECT_EQ(run.finding(), Finding::held) << spec << ": somebody else's";
        run.ending().look->hidden.emplace_back("descriptors");
        EXPECT_EQ(run.finding(), Finding::unknown) << spec;
        run.ending().look.reset();
        EXPECT_EQ(run.finding(), Finding::unknown) << spec;
    }
}

TEST(Expect, ATreeThatUnwedgeEndedLeavesNothingToJudge) {
    for (const char *spec : {"no-orphans", "no-listeners", "no-close-wait"}) {
        Trial run(spec);
        run.ending().by_unwedge = true;
        EXPECT_EQ(run.finding(), Finding::unknown) << spec;
    }
}

TEST(Expect, WhoDoublesItsLinesIsNamedThoughItHasEnded) {
    EXPECT_EQ(Trial("log-once").finding(), Finding::held);
    Trial run("log-once");
    run.forked(root, 11).ran(11, "sh", {"sh"}).saw(facts::Event(facts::Exited{start + 1s, 11, 0}));
    run.ending().writings = {{.pid = root, .records = 9, .single = 9},
                             {.pid = 11, .records = 12, .doubled = 6},
                             {.pid = 12, .records = 12, .bare = 6}};
    EXPECT_EQ(line_of(run.judged()),
              "expected each line to be written to descriptor 2 once: 'sh' (pid 11) wrote 6 of 6 "
              "lines twice, and 1 more process");
    Trial missed("log-once");
    missed.ending().writes_missed = 1;
    EXPECT_EQ(missed.finding(), Finding::unknown);
}

TEST(Expect, NamesCanNotSteerATerminal) {
    const Trial run = Trial("no-actor=evil*").forked(root, 11).ran(11, "evil\x1b[31m\n", {"evil\x1b[31m\n"});
    EXPECT_EQ(run.finding(), Finding::failed);
    EXPECT_EQ(line_of(run.judged()).find_first_of("\x1b\n"), std::string::npos);
}

} // namespace
} // namespace unwedge::expect
