// SPDX-License-Identifier: GPL-2.0-only
#include "expect/address.h"

#include <gtest/gtest.h>

namespace unwedge::expect {
namespace {

using Kind = facts::SocketAddress::Kind;

facts::SocketAddress tcp(std::string ip, std::uint16_t port) {
    return {.kind = Kind::tcp, .ip = std::move(ip), .port = port, .path = ""};
}

facts::SocketAddress udp(std::string ip, std::uint16_t port) {
    return {.kind = Kind::udp, .ip = std::move(ip), .port = port, .path = ""};
}

facts::SocketAddress unix_socket(std::string path) {
    return {.kind = Kind::unix_socket, .ip = "", .port = 0, .path = std::move(path)};
}

bool connected(std::string_view wanted, const facts::SocketAddress &to) {
    return is_connected_to(*parse_address(wanted), to, {"192.0.2.1"});
}

bool reached(std::string_view wanted, const facts::SocketAddress &on) {
    return is_reached_at(*parse_address(wanted), on);
}

TEST(Address, HostAndPortMustBothFit) {
    EXPECT_TRUE(connected("127.0.0.1:80", tcp("127.0.0.1", 80)));
    EXPECT_FALSE(connected("127.0.0.1:80", tcp("127.0.0.1", 81)));
    EXPECT_FALSE(connected("127.0.0.1:80", tcp("127.0.0.2", 80)));
    EXPECT_FALSE(connected("127.0.0.1:80", udp("127.0.0.1", 80)));
}

TEST(Address, WhatIsLeftOutIsAny) {
    EXPECT_TRUE(connected(":80", tcp("192.0.2.7", 80)));
    EXPECT_TRUE(connected(":80", tcp("::1", 80)));
    EXPECT_TRUE(connected("*:80", tcp("::1", 80)));
    EXPECT_TRUE(connected("192.0.2.7:*", tcp("192.0.2.7", 1)));
}

TEST(Address, Ipv6StandsInBracketsAndIsCompared) {
    EXPECT_TRUE(connected("[::1]:80", tcp("::1", 80)));
    EXPECT_TRUE(connected("[0:0:0:0:0:0:0:1]:80", tcp("::1", 80)));
    EXPECT_FALSE(parse_address("::1:80"));
}

TEST(Address, LocalhostIsAllOfLoopback) {
    EXPECT_TRUE(connected("localhost:80", tcp("127.0.0.1", 80)));
    EXPECT_TRUE(connected("localhost:80", tcp("::1", 80)));
    EXPECT_FALSE(connected("localhost:80", tcp("192.0.2.1", 80)));
}

TEST(Address, OutsideIsNeitherLoopbackNorThisHost) {
    EXPECT_TRUE(connected("outside", tcp("192.0.2.7", 80)));
    EXPECT_FALSE(connected("outside", tcp("192.0.2.1", 80))) << "an address of this host";
    EXPECT_FALSE(connected("outside", tcp("127.0.0.1", 80)));
    EXPECT_FALSE(connected("outside", tcp("0.0.0.0", 80)));
    EXPECT_FALSE(connected("outside", udp("192.0.2.7", 53)));
    EXPECT_TRUE(connected("udp:outside", udp("192.0.2.7", 53)));
    EXPECT_FALSE(connected("outside", unix_socket("/run/x.sock")));
}

TEST(Address, UnixSocketsGoByName) {
    EXPECT_TRUE(connected("/run/x.sock", unix_socket("/run/x.sock")));
    EXPECT_TRUE(connected("/run/*.sock", unix_socket("/run/x.sock")));
    EXPECT_TRUE(connected("@name", unix_socket("@name")));
    EXPECT_FALSE(connected("@name", unix_socket("name")));
}

TEST(Address, AListenerOnAllAddressesIsReachedAtEach) {
    EXPECT_TRUE(reached("127.0.0.1:80", tcp("0.0.0.0", 80)));
    EXPECT_TRUE(reached("localhost:80", tcp("0.0.0.0", 80)));
    EXPECT_TRUE(reached("127.0.0.1:80", tcp("::", 80)));
    EXPECT_TRUE(reached("[::1]:80", tcp("::", 80)));
    EXPECT_FALSE(reached("[::1]:80", tcp("0.0.0.0", 80)));
    EXPECT_FALSE(reached("127.0.0.1:80", tcp("0.0.0.0", 81)));
    EXPECT_FALSE(reached("0.0.0.0:80", tcp("127.0.0.1", 80)));
    EXPECT_TRUE(reached("0.0.0.0:80", tcp("0.0.0.0", 80)));
}

TEST(Address, AListenerBeyondLoopbackIsReachedFromOutside) {
    EXPECT_TRUE(reached("outside", tcp("0.0.0.0", 80)));
    EXPECT_TRUE(reached("outside", tcp("192.0.2.1", 80)));
    EXPECT_FALSE(reached("outside", tcp("127.0.0.1", 80)));
}

TEST(Address, WhatReportsTellOfListenersIsRead) {
    EXPECT_EQ(text_of(address_of_listener("127.0.0.1:80")), "127.0.0.1:80");
    EXPECT_EQ(text_of(address_of_listener("[::1]:80")), "[::1]:80");
    EXPECT_EQ(address_of_listener("/run/x.sock").kind, Kind::unix_socket);
    EXPECT_EQ(address_of_listener("/run/odd:80").kind, Kind::unix_socket);
}

TEST(Address, NonsenseIsRefused) {
    for (const char *text :
         {"", ":", "*:*", "80", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:8x",
          "example.com:80", "[]:80", "[::1:80", "udp:", "udp:/run/x.sock", "300.1.1.1:80"})
        EXPECT_FALSE(parse_address(text)) << text;
}

} // namespace
} // namespace unwedge::expect
