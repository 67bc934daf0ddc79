// SPDX-License-Identifier: GPL-2.0-only
#include "expect/expectation.h"

#include <gtest/gtest.h>

#include <string>

namespace unwedge::expect {
namespace {

using namespace std::chrono_literals;

std::string complaint(std::string_view spec) {
    const Result<Expectation> parsed = parse(spec);
    return parsed ? "" : parsed.error().message;
}

TEST(ParseExpectation, AWordMayStandAlone) {
    EXPECT_EQ(parse("no-spawn")->word, Word::no_spawn);
    EXPECT_EQ(parse("ends")->word, Word::ends);
    EXPECT_EQ(parse("no-orphans")->word, Word::no_orphans);
    EXPECT_EQ(parse("no-close-wait")->word, Word::no_close_wait);
    EXPECT_EQ(parse("no-listeners")->word, Word::no_listeners);
    EXPECT_EQ(parse("no-socket")->family, SocketFamily::any);
}

TEST(ParseExpectation, ValuesStandBehindAnEqualsSign) {
    EXPECT_EQ(parse("actor=work*er")->value, "work*er");
    EXPECT_EQ(parse("exit=3")->status, 3);
    EXPECT_EQ(parse("no-socket=inet")->family, SocketFamily::inet);
    EXPECT_EQ(parse("no-socket=unix")->family, SocketFamily::unix_socket);
    EXPECT_EQ(parse("no-connect=:6379")->address.port, 6379);
    EXPECT_TRUE(parse("no-connect=outside")->address.outside);
}

TEST(ParseExpectation, WithinIsALengthOfTime) {
    EXPECT_EQ(parse("listen=:80,within=500ms")->within, 500ms);
    EXPECT_EQ(parse("ends,within=2")->within, 2s);
    EXPECT_EQ(parse("actor=x,within=1m")->within, 1min);
    EXPECT_FALSE(parse("listen=:80")->within);
}

TEST(ParseExpectation, LogOnceHasADescriptorAndAWindow) {
    EXPECT_EQ(parse("log-once")->fd, 2);
    EXPECT_EQ(parse("log-once")->window, 50ms);
    EXPECT_EQ(parse("log-once=1,window=1s")->fd, 1);
    EXPECT_EQ(parse("log-once=1,window=1s")->window, 1s);
    EXPECT_EQ(parse("log-once,window=1s")->window, 1s);
    EXPECT_TRUE(require_harmony({*parse("log-once"), *parse("exit=0")}));
    EXPECT_FALSE(require_harmony({*parse("log-once"), *parse("log-once=1")}));
}

TEST(ParseExpectation, ValuesMayHoldCommasAndEqualsSigns) {
    EXPECT_EQ(parse("actor=a=b,c")->value, "a=b,c");
    const Result<Expectation> path = parse("listen=/run/a,b=c.sock,within=1s");
    ASSERT_TRUE(path);
    EXPECT_EQ(path->address.path, "/run/a,b=c.sock");
    EXPECT_EQ(path->within, 1s);
}

TEST(ParseExpectation, TheComplaintNamesTheSpecAndWhatIsWrong) {
    EXPECT_NE(complaint("no-spwan").find("'no-spwan': there is no such word; there are actor, "),
              std::string::npos);
    EXPECT_NE(complaint("exit=256").find("no exit status"), std::string::npos);
    EXPECT_NE(complaint("actor").find("needs a value"), std::string::npos);
    EXPECT_NE(complaint("listen=:80,within=soon").find("no length of time"), std::string::npos);
    EXPECT_NE(complaint("listen=udp::53").find("UDP"), std::string::npos);
    EXPECT_EQ(complaint("actor\n=x").find('\n'), std::string::npos);
}

TEST(ParseExpectation, NonsenseIsRefused) {
    for (const char *spec : {"",
                             "=",
                             ",",
                             "actor=",
                             "no-spawn=x",
                             "ends=3",
                             "ends,in=3",
                             "no-spawn,within=3s",
                             "exit=",
                             "exit=-1",
                             "exit=3x",
                             "exit=SIGTERM",
                             "no-socket=tcp",
                             "no-socket=",
                             "connect=somewhere",
                             "listen",
                             "no-actor=",
                             "exit",
                             "Exit=3",
                             " no-spawn",
                             "log-once=x",
                             "log-once=-1",
                             "log-once,window=11s",
                             "log-once,within=1s"})
        EXPECT_FALSE(parse(spec)) << spec;
}

TEST(Needs, OnlyWhatPassesUnseenByProcNeedsBpf) {
    for (const char *spec : {"no-actor=x", "no-listen=:80", "connect=:80", "no-connect=:80", "no-spawn",
                             "no-socket", "log-once"})
        EXPECT_TRUE(needs_bpf(*parse(spec))) << spec;
    for (const char *spec :
         {"actor=x", "listen=:80", "ends", "exit=0", "no-orphans", "no-listeners", "no-close-wait"})
        EXPECT_FALSE(needs_bpf(*parse(spec))) << spec;
}

TEST(Needs, SystemCallsAreLookedAtOnlyWhereNothingElseTells) {
    EXPECT_FALSE(calls_for({*parse("no-spawn"), *parse("exit=0"), *parse("no-actor=x")}).tcp);
    const facts::CallsWanted tcp = calls_for({*parse("no-connect=outside"), *parse("listen=:80")});
    EXPECT_TRUE(tcp.tcp);
    EXPECT_FALSE(tcp.any_by_syscall());
    EXPECT_TRUE(calls_for({*parse("connect=/run/x.sock")}).connects);
    EXPECT_TRUE(calls_for({*parse("no-connect=udp:outside")}).connects);
    EXPECT_TRUE(calls_for({*parse("listen=/run/x.sock")}).listens);
    EXPECT_TRUE(calls_for({*parse("no-socket=unix")}).sockets);
}

} // namespace
} // namespace unwedge::expect
