// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/events.h"

#include "abi.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <span>
#include <string>

namespace unwedge::kernel {
namespace {

template <typename Record>
std::optional<facts::Event> decode(const Record &record, std::size_t size = sizeof(Record)) {
    return decode_event(std::as_bytes(std::span(&record, 1)).first(size));
}

uw_event_exec exec_of(std::string_view argv) {
    uw_event_exec record{};
    record.head = {UW_EVENT_EXEC, 42, 1000};
    std::memcpy(record.argv, argv.data(), argv.size());
    record.argv_len = static_cast<__u32>(argv.size());
    record.argv_full = 1;
    std::strcpy(record.comm, "python3");
    return record;
}

facts::Executed executed(const uw_event_exec &record) {
    return std::get<facts::Executed>(*decode(record));
}

TEST(Events, ForkNamesParentAndChild) {
    uw_event_fork record{};
    record.head = {UW_EVENT_FORK, 10, 5};
    record.child_pid = 11;
    const auto event = std::get<facts::Forked>(*decode(record));
    EXPECT_EQ(event.parent, 10);
    EXPECT_EQ(event.child, 11);
    EXPECT_EQ(event.at, Nanos(5));
}

TEST(Events, ExecSplitsArgvAtNulBytes) {
    using std::string_literals::operator""s;
    EXPECT_EQ(executed(exec_of("python3\0-c\0\0x y\0"s)).argv,
              (std::vector<std::string>{"python3", "-c", "", "x y"}));
}

TEST(Events, ExecKeepsAnArgumentThatWasCutOff) {
    using std::string_literals::operator""s;
    uw_event_exec record = exec_of("a\0long"s);
    record.argv_full = 0;
    EXPECT_EQ(executed(record).argv, (std::vector<std::string>{"a", "long"}));
    EXPECT_FALSE(executed(record).argv_whole);
}

TEST(Events, ExecWithALengthBeyondItsBufferIsCut) {
    uw_event_exec record = exec_of("x");
    record.argv_len = 1U << 30;
    EXPECT_EQ(executed(record).argv.front(), "x");
}

TEST(Events, CommWithoutAFinalNulIsBounded) {
    uw_event_exec record = exec_of("x");
    std::memset(record.comm, 'c', sizeof(record.comm));
    EXPECT_EQ(executed(record).comm, std::string(sizeof(record.comm), 'c'));
}

TEST(Events, ExitCarriesTheWaitStatus) {
    uw_event_exit record{};
    record.head = {UW_EVENT_EXIT, 42, 1};
    record.status = 9;
    EXPECT_EQ(std::get<facts::Exited>(*decode(record)).status, 9);
}

TEST(Events, StallsNameTheirEnd) {
    uw_event_stall record{};
    record.head = {UW_EVENT_STALL_BEGIN, 0, 9};
    record.end_id = 7;
    record.unread = 165;
    record.since_ns = 3;
    const auto begin = std::get<facts::StallBegan>(*decode(record));
    EXPECT_EQ(begin.end, 7U);
    EXPECT_EQ(begin.unread, 165U);
    record.head.kind = UW_EVENT_STALL_END;
    EXPECT_EQ(std::get<facts::StallEnded>(*decode(record)).since, Nanos(3));
}

std::optional<facts::Call> decode_call_of(const uw_event_call &record,
                                          std::size_t size = sizeof(uw_event_call)) {
    return decode_call(std::as_bytes(std::span(&record, 1)).first(size));
}

uw_event_call call_of(std::uint32_t kind, std::uint16_t family) {
    uw_event_call record{};
    record.head = {kind, 42, 9};
    record.family = family;
    return record;
}

TEST(Events, ACallTellsAnInternetAddress) {
    uw_event_call record = call_of(UW_EVENT_CONNECT, AF_INET);
    record.end_id = 7;
    record.port = 80;
    record.type = SOCK_STREAM;
    record.address[0] = 127;
    record.address[3] = 1;
    const auto tcp = std::get<facts::Connecting>(*decode_call_of(record));
    EXPECT_EQ(tcp.pid, 42);
    EXPECT_EQ(tcp.at, Nanos(9));
    EXPECT_EQ(tcp.end, 7U);
    EXPECT_EQ(tcp.to.kind, facts::SocketAddress::Kind::tcp);
    EXPECT_EQ(tcp.to.ip, "127.0.0.1");
    EXPECT_EQ(tcp.to.port, 80);
    record.type = SOCK_DGRAM;
    record.family = AF_INET6;
    EXPECT_EQ(std::get<facts::Connecting>(*decode_call_of(record)).to.kind, facts::SocketAddress::Kind::udp);
    record.head.kind = UW_EVENT_CONNECTED;
    EXPECT_EQ(std::get<facts::Connected>(*decode_call_of(record)).end, 7U);
}

TEST(Events, ACallTellsAUnixSocketsNameUpToItsEnd) {
    using std::string_literals::operator""s;
    uw_event_call record = call_of(UW_EVENT_CONNECT, AF_UNIX);
    record.error = ENOENT;
    const auto name = [&record](std::string_view bytes) {
        std::memset(record.path, 'x', sizeof(record.path));
        std::memcpy(record.path, bytes.data(), bytes.size());
        record.path_len = static_cast<__u8>(bytes.size());
        return std::get<facts::Connecting>(*decode_call_of(record)).to.path;
    };
    EXPECT_EQ(name("/run/a.sock\0garbage"s), "/run/a.sock");
    EXPECT_EQ(name("\0abs\0tract"s), "@abs\0tract"s);
    EXPECT_EQ(name(""), "");
    record.path_len = 255;
    EXPECT_EQ(std::get<facts::Connecting>(*decode_call_of(record)).to.path.size(), sizeof(record.path));
    EXPECT_EQ(std::get<facts::Connecting>(*decode_call_of(record)).error, ENOENT);
}

TEST(Events, ListenersAndSocketsAreCalls) {
    uw_event_call record = call_of(UW_EVENT_LISTEN, AF_INET);
    record.port = 80;
    EXPECT_EQ(std::get<facts::Listening>(*decode_call_of(record)).on.ip, "0.0.0.0");
    record = call_of(UW_EVENT_SOCKET, AF_NETLINK);
    record.pair = 1;
    const auto made = std::get<facts::SocketMade>(*decode_call_of(record));
    EXPECT_EQ(made.family, AF_NETLINK);
    EXPECT_TRUE(made.pair);
}

TEST(Events, CallsAreNoEventsAndEventsNoCalls) {
    const uw_event_call record = call_of(UW_EVENT_SOCKET, AF_UNIX);
    EXPECT_FALSE(decode(record));
    EXPECT_FALSE(decode_call_of(record, sizeof(record) - 1));
    for (const std::uint32_t kind : {UW_EVENT_FORK, UW_EVENT_STALL_END})
        EXPECT_FALSE(decode_call_of(call_of(kind, AF_UNIX)));
    EXPECT_FALSE(decode_call_of(call_of(UW_EVENT_SOCKET + 1, AF_UNIX)));
}

TEST(Events, ShortAndUnknownRecordsAreNoEvents) {
    uw_event_exit record{};
    record.head = {UW_EVENT_EXIT, 42, 1};
    EXPECT_FALSE(decode(record, sizeof(record) - 1));
    EXPECT_FALSE(decode(record, 3));
    record.head.kind = 99;
    EXPECT_FALSE(decode(record));
}

} // namespace
} // namespace unwedge::kernel
