// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/records.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cstring>

namespace unwedge::kernel {
namespace {

uw_end_record tcp(__u64 id, const char *local, __u16 local_port, const char *remote, __u16 remote_port,
                  __u64 netns = 1) {
    uw_end_record record{};
    record.id = id;
    record.netns = netns;
    record.family = AF_INET;
    record.type = SOCK_STREAM;
    record.state = TCP_ESTABLISHED;
    record.local_port = local_port;
    record.remote_port = remote_port;
    ::inet_pton(AF_INET, local, record.local_address);
    ::inet_pton(AF_INET, remote, record.remote_address);
    return record;
}

uw_end_record unix_stream(__u64 id, __u64 peer) {
    uw_end_record record{};
    record.id = id;
    record.peer_id = peer;
    record.family = AF_UNIX;
    record.type = SOCK_STREAM;
    record.state = TCP_ESTABLISHED;
    return record;
}

std::map<facts::EndId, facts::End> ends_of(const std::vector<uw_end_record> &records,
                                           Counted counted = {true, true}) {
    return facts::connect(sockets_of(records, counted), {"10.0.0.5"}).ends;
}

TEST(EndFacts, TcpEndsArePairedByTheirAddresses) {
    auto ends =
        ends_of({tcp(1, "127.0.0.1", 4000, "127.0.0.1", 5000), tcp(2, "127.0.0.1", 5000, "127.0.0.1", 4000)});
    EXPECT_EQ(ends[1].peer, 2U);
    EXPECT_EQ(ends[2].peer, 1U);
    EXPECT_EQ(ends[1].address, "127.0.0.1:4000");
    EXPECT_EQ(ends[1].remote_address, "127.0.0.1:5000");
}

TEST(EndFacts, TheSameAddressesInOtherNamespacesAreOtherConnections) {
    auto ends = ends_of(
        {tcp(1, "127.0.0.1", 4000, "127.0.0.1", 5000, 1), tcp(2, "127.0.0.1", 5000, "127.0.0.1", 4000, 2)});
    EXPECT_EQ(ends[1].peer, 0U);
}

TEST(EndFacts, AV4MappedPeerIsTheSameAddress) {
    uw_end_record mapped = tcp(2, "127.0.0.1", 5000, "127.0.0.1", 4000);
    mapped.family = AF_INET6;
    ::inet_pton(AF_INET6, "::ffff:127.0.0.1", mapped.local_address);
    ::inet_pton(AF_INET6, "::ffff:127.0.0.1", mapped.remote_address);
    auto ends = ends_of({tcp(1, "127.0.0.1", 4000, "127.0.0.1", 5000), mapped});
    EXPECT_EQ(ends[1].peer, 2U);
}

TEST(EndFacts, OnlyRemoteAddressesOfOtherHostsLeaveThisOne) {
    auto ends = ends_of({tcp(1, "127.0.0.1", 1, "127.3.0.1", 2), tcp(2, "10.0.0.5", 1, "10.0.0.5", 3),
                         tcp(3, "10.0.0.5", 1, "192.0.2.7", 443)});
    EXPECT_FALSE(ends[1].leaves_host);
    EXPECT_FALSE(ends[2].leaves_host);
    EXPECT_TRUE(ends[3].leaves_host);
}

TEST(EndFacts, APeerOutsideTheMapIsNone) {
    EXPECT_EQ(ends_of({unix_stream(1, 99)})[1].peer, 0U);
    auto both = ends_of({unix_stream(1, 2), unix_stream(2, 1)});
    EXPECT_EQ(both[1].peer, 2U);
}

TEST(EndFacts, ReleasedUnixSocketsAreLeftOut) {
    uw_end_record released = unix_stream(1, 2);
    released.flags = UW_END_RELEASED;
    EXPECT_TRUE(ends_of({released}).empty());
}

TEST(EndFacts, WhatIsNotCountedIsUnknownNotZero) {
    const auto at_sample = ends_of({unix_stream(1, 2)}, {false, false})[1];
    EXPECT_FALSE(at_sample.received);
    EXPECT_FALSE(at_sample.ever_received);
    EXPECT_FALSE(at_sample.last_receive);
    const auto at_trace = ends_of({unix_stream(1, 2)}, {true, true})[1];
    EXPECT_EQ(at_trace.received, 0U);
    EXPECT_EQ(at_trace.ever_received, false);
    EXPECT_EQ(at_trace.sent, 0U);
    const auto without_send_hook = ends_of({unix_stream(1, 2)}, {.receives = true, .sends = false})[1];
    EXPECT_EQ(without_send_hook.received, 0U);
    EXPECT_FALSE(without_send_hook.sent);
}

TEST(EndFacts, ATcpReaderIsKnownWithoutCounting) {
    uw_end_record record = tcp(1, "127.0.0.1", 1, "127.0.0.1", 2);
    record.copied = 10;
    EXPECT_EQ(ends_of({record}, {false, false})[1].ever_received, true);
}

TEST(EndFacts, NamesOfUnixSockets) {
    uw_end_record path = unix_stream(1, 0);
    std::strcpy(path.path, "/run/x.sock");
    path.path_len = 12;
    uw_end_record abstract = unix_stream(2, 0);
    std::memcpy(abstract.path, "\0name", 5);
    abstract.path_len = 5;
    uw_end_record hostile = unix_stream(3, 0);
    std::memset(hostile.path, 'a', sizeof(hostile.path));
    hostile.path_len = 255;
    auto ends = ends_of({path, abstract, hostile});
    EXPECT_EQ(ends[1].address, "/run/x.sock");
    EXPECT_EQ(ends[2].address, "@name");
    EXPECT_EQ(ends[3].address, std::string(UW_PATH_LEN, 'a'));
}

TEST(EndFacts, ListenersAreNoEnds) {
    uw_end_record listener = tcp(1, "127.0.0.1", 4000, "0.0.0.0", 0);
    listener.state = TCP_LISTEN;
    listener.accept_queue = 1;
    const facts::Channels facts = facts::connect(sockets_of({listener}, {true, true}), {});
    EXPECT_TRUE(facts.ends.empty());
    ASSERT_EQ(facts.listeners.size(), 1U);
    EXPECT_EQ(facts.listeners.front().address, "127.0.0.1:4000");
    EXPECT_EQ(facts.listeners.front().queued, 1U);
    EXPECT_TRUE(facts.listeners.front().loopback);
}

TEST(EndFacts, WhoWasNotAcceptedYetWaitsOnTheListenerOfThatAddressOrOfAll) {
    for (const char *bound : {"127.0.0.1", "0.0.0.0"}) {
        uw_end_record listener = tcp(1, bound, 4000, "0.0.0.0", 0);
        listener.state = TCP_LISTEN;
        uw_end_record pending = tcp(2, "127.0.0.1", 4000, "127.0.0.1", 5000);
        pending.flags = UW_END_PENDING;
        const uw_end_record client = tcp(3, "127.0.0.1", 5000, "127.0.0.1", 4000);
        EXPECT_EQ(ends_of({listener, pending, client})[3].pending_on, 1U) << bound;
        listener.netns = 2;
        EXPECT_EQ(ends_of({listener, pending, client})[3].pending_on, 0U) << "in another network";
    }
}

TEST(EndFacts, AUnixClientWaitsOnTheListenerOfThatName) {
    uw_end_record listener = unix_stream(1, 0);
    listener.state = TCP_LISTEN;
    std::memcpy(listener.path, "\0name", 5);
    listener.path_len = 5;
    uw_end_record client = unix_stream(3, 2);
    client.flags = UW_END_PEER_PENDING;
    std::memcpy(client.peer_path, "\0name", 5);
    client.peer_path_len = 5;
    EXPECT_EQ(ends_of({listener, client})[3].pending_on, 1U);
    client.peer_path[1] = 'x';
    EXPECT_EQ(ends_of({listener, client})[3].pending_on, 0U);
}

TEST(EndFacts, TellWhetherEndOfFileWasTakenOfTcpOnly) {
    uw_end_record closed = tcp(1, "127.0.0.1", 4000, "127.0.0.1", 5000);
    EXPECT_EQ(ends_of({closed})[1].eof_read, std::nullopt) << "it is open";
    closed.flags = UW_END_PEER_CLOSED;
    EXPECT_EQ(ends_of({closed})[1].eof_read, false);
    closed.flags |= UW_END_EOF_READ;
    EXPECT_EQ(ends_of({closed})[1].eof_read, true);
    uw_end_record of_unix = unix_stream(1, 0);
    of_unix.flags = UW_END_PEER_CLOSED;
    EXPECT_EQ(ends_of({of_unix})[1].eof_read, std::nullopt);
}

TEST(EndFacts, AnUnknownStateIsEmpty) {
    uw_end_record record = unix_stream(1, 0);
    record.state = 200;
    EXPECT_EQ(ends_of({record})[1].state, "");
}

TEST(ThreadFacts, StatesAreTold) {
    const auto state = [](__u32 bits, __u32 stops) {
        uw_thread_record record{};
        record.state = bits;
        record.stops = stops;
        return thread_facts(record).thread.state;
    };
    EXPECT_EQ(state(0, 0), facts::ThreadState::running);
    EXPECT_EQ(state(1, 0), facts::ThreadState::sleeping);
    EXPECT_EQ(state(2, 0), facts::ThreadState::uninterruptible);
    EXPECT_EQ(state(4, UW_STOP_SIGNAL), facts::ThreadState::stopped);
    EXPECT_EQ(state(8, UW_STOP_TRACE), facts::ThreadState::traced);
    EXPECT_EQ(state(1, UW_STOP_FREEZE), facts::ThreadState::frozen);
    EXPECT_EQ(state(16, 0), facts::ThreadState::dead);
}

TEST(ThreadFacts, CpuTimesAddUpWithThoseOfTheGone) {
    uw_thread_record thread{};
    thread.cpu_ns = 10;
    thread.run_delay_ns = 5;
    thread.group_cpu_ns = 100; // the same in each
    EXPECT_EQ(cpu_of_all({thread, thread}), Nanos(120));
    EXPECT_EQ(cpu_wanted_by_all({thread, thread}), Nanos(130));
    EXPECT_EQ(cpu_of_all({}), Nanos(0));
}

TEST(ThreadFacts, CpuTimesOutOfReachDoNotOverflow) {
    uw_thread_record thread{};
    thread.cpu_ns = thread.run_delay_ns = thread.group_cpu_ns = UINT64_MAX / 4;
    EXPECT_EQ(cpu_of_all({thread, thread}), Nanos::max());
    EXPECT_EQ(cpu_wanted_by_all({thread, thread}), Nanos::max());
}

TEST(ThreadFacts, TimeAsleepIsCountedFromTheLastArrivalOnACpu) {
    uw_thread_record record{};
    record.state = 1;
    record.arrived_ns = 100;
    record.reader_arrived_ns = 350;
    EXPECT_EQ(thread_facts(record).thread.asleep, Nanos(250));
    record.state = 0;
    EXPECT_FALSE(thread_facts(record).thread.asleep) << "a running thread is not asleep";
    record.state = 1;
    record.reader_arrived_ns = 50;
    EXPECT_FALSE(thread_facts(record).thread.asleep) << "clocks of two CPUs that disagree";
}

} // namespace
} // namespace unwedge::kernel
