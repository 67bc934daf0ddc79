// SPDX-License-Identifier: GPL-2.0-only
#include "netlink/dump.h"
#include "support/live_sockets.h"

#include <cerrno>

#include <linux/inet_diag.h>
#include <linux/unix_diag.h>

namespace unwedge::netlink {
namespace {

const unix_diag_req every_unix_socket{.sdiag_family = AF_UNIX, .udiag_states = ~0U};

template <typename Request>
std::span<const std::byte> bytes_of(const Request &request) {
    return std::as_bytes(std::span(&request, 1));
}

/// Many more than one piece of the kernel's answer holds.
std::vector<Pair> many_pairs() {
    std::vector<Pair> pairs(450);
    for (Pair &pair : pairs)
        pair = unix_pair(SOCK_STREAM);
    return pairs;
}

TEST(Dump, TellsAllOfMany) {
    const std::vector<Pair> pairs = many_pairs();
    SockDiag diag = open_diag();
    for (int again = 0; again < 2; ++again) {
        const auto sockets = diag.dump_unix();
        ASSERT_TRUE(sockets) << sockets.error().message;
        std::size_t missing = 0; // others on this host may open and close theirs meanwhile
        for (const Pair &pair : pairs)
            missing += !find_inode(*sockets, inode_of(pair.a)) + !find_inode(*sockets, inode_of(pair.b));
        EXPECT_LE(missing, 2U);
    }
}

/// Stands for a kernel without tcp_diag or unix_diag: a family, and a protocol, that none has a module for.
TEST(Dump, WhatTheKernelHasNoModuleForIsEnoent) {
    auto link = DiagLink::open();
    ASSERT_TRUE(link);
    const auto never = [](std::span<const std::byte>) { return false; };
    const auto family = link->dump(bytes_of(unix_diag_req{.sdiag_family = AF_APPLETALK}), never);
    ASSERT_FALSE(family);
    EXPECT_EQ(family.error().code, ENOENT) << family.error().message;
    const inet_diag_req_v2 request{.sdiag_family = AF_INET, .sdiag_protocol = 254, .idiag_states = ~0U};
    const auto protocol = link->dump(bytes_of(request), never);
    ASSERT_FALSE(protocol);
    EXPECT_EQ(protocol.error().code, ENOENT) << protocol.error().message;
}

TEST(Dump, OneThatFailedMidwayDoesNotHinderTheNext) {
    const std::vector<Pair> pairs = many_pairs();
    auto link = DiagLink::open();
    ASSERT_TRUE(link);
    const auto failed = link->dump(bytes_of(every_unix_socket), [](auto) { return false; });
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, EPROTO);
    std::size_t count = 0;
    const auto next = link->dump(bytes_of(every_unix_socket), [&](auto) { return ++count > 0; });
    ASSERT_TRUE(next) << next.error().message;
    EXPECT_GE(count, 2 * pairs.size());
}

} // namespace
} // namespace unwedge::netlink
