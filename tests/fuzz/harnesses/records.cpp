// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/records.h"

#include "feed.h"
#include "harness.h"

#include <algorithm>

#include <netinet/tcp.h>
#include <sys/socket.h>

namespace unwedge::fuzz {
namespace {

void take_name(Feed &feed, char (&path)[UW_PATH_LEN], __u8 &length) {
    const bool abstract = feed.flag();
    const std::string name = (abstract ? std::string(1, '\0') : "") + feed.text();
    std::ranges::copy(name.substr(0, sizeof(path)), path);
    length = feed.value<__u8>();
}

void take_address(Feed &feed, __u8 (&address)[16]) {
    constexpr __u8 mapped[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1};
    constexpr __u8 loopback[16] = {127, 0, 0, 1};
    switch (feed.value<__u8>() % 4) {
    case 0: break;
    case 1: std::ranges::copy(mapped, address); break;
    case 2: std::ranges::copy(loopback, address); break;
    default: std::ranges::copy(feed.value<std::array<__u8, 16>>(), address);
    }
}

/// What pairs ends and fills queues is taken from a few values, so that it does meet its like.
uw_end_record end_from(Feed &feed) {
    uw_end_record record{};
    record.id = feed.value<__u8>() % 8;
    record.peer_id = feed.value<__u8>() % 8;
    record.netns = feed.flag();
    record.family = feed.one_of<__u16>({AF_INET, AF_INET6, AF_UNIX, 0, 65535});
    record.type = feed.one_of<__u16>({SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET, 77});
    record.state = feed.one_of<__u8>({TCP_ESTABLISHED, TCP_LISTEN, TCP_CLOSE_WAIT, 0, 200});
    record.flags = feed.value<__u8>();
    record.local_port = feed.value<__u8>() % 2;
    record.remote_port = feed.value<__u8>() % 2;
    take_address(feed, record.local_address);
    take_address(feed, record.remote_address);
    take_name(feed, record.path, record.path_len);
    take_name(feed, record.peer_path, record.peer_path_len);
    for (__u64 *time : {&record.last_receive_ns, &record.last_send_ns, &record.unread_since_ns,
                        &record.longest_wait_ns, &record.closed_ns, &record.last_arrival_ns})
        *time = feed.value<__u64>();
    record.unread = record.unsent = record.copied = record.received = record.sent = feed.value<__u64>();
    return record;
}

void check_ends(const std::vector<uw_end_record> &records, const facts::Channels &facts) {
    require(facts.ends.size() + facts.listeners.size() <= records.size(), "a record is one socket at most");
    const auto is_listener = [&](facts::EndId id) {
        return std::ranges::any_of(facts.listeners, [id](const auto &one) { return one.id == id; });
    };
    for (const auto &[id, end] : facts.ends) {
        require(end.id == id, "an end is found by its id");
        require(end.peer == 0 || facts.ends.contains(end.peer), "a peer is an end");
        require(end.pending_on == 0 || is_listener(end.pending_on),
                "what waits to be accepted has a listener");
        require(end.kind != facts::ChannelKind::pipe, "a socket is no pipe");
        require(end.address.size() <= UW_PATH_LEN, "an address is short");
    }
}

void check_threads(Feed &feed) {
    std::vector<uw_thread_record> threads;
    for (auto count = feed.value<__u8>() % 4; count > 0; --count)
        threads.push_back(feed.value<uw_thread_record>());
    require(kernel::cpu_of_all(threads) >= Nanos::zero(), "no CPU time is negative");
    require(kernel::cpu_wanted_by_all(threads) >= kernel::cpu_of_all(threads), "what is used was wanted");
    kernel::start_of(threads);
    for (const uw_thread_record &record : threads)
        require(kernel::thread_facts(record).thread.tid == static_cast<facts::Pid>(record.tid),
                "a thread keeps its number");
}

void check(std::string_view input) {
    Feed feed(input);
    check_threads(feed);
    const kernel::Counted counted{.receives = feed.flag(), .sends = feed.flag()};
    std::vector<uw_end_record> records;
    for (auto count = feed.value<__u8>() % 16; count > 0; --count)
        records.push_back(end_from(feed));
    facts::Channels facts = facts::connect(kernel::sockets_of(records, counted), {"10.0.0.1"});
    check_ends(records, facts);
    kernel::add_delays({feed.value<uw_delay_record>()}, facts.ends);
    for (const auto &[id, end] : facts.ends)
        if (end.delays && end.delays->count() > 0)
            require(end.delays->below(0.5) <= end.delays->below(0.99), "more receives take longer");
}

const Registered registered({.name = "records", .check = check});

} // namespace
} // namespace unwedge::fuzz
