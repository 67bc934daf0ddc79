// SPDX-License-Identifier: GPL-2.0-only
// Messages made by hand: what the kernel may send one day, and what it never would.
#include "netlink/parse.h"

#include <cstring>
#include <memory>
#include <random>
#include <string>

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <linux/unix_diag.h>
#include <sys/socket.h>

#include <gtest/gtest.h>

namespace unwedge::netlink {
namespace {

using namespace std::string_literals;

/// A netlink message in the making; sizes are corrected as it grows.
class Message {
  public:
    template <typename Body>
    explicit Message(const Body &body) {
        add(nlmsghdr{.nlmsg_type = SOCK_DIAG_BY_FAMILY});
        add(body);
    }

    Message &attribute(std::uint16_t type, const std::string &payload) {
        add(nlattr{.nla_len = static_cast<std::uint16_t>(sizeof(nlattr) + payload.size()), .nla_type = type});
        for (const char byte : payload)
            bytes_.push_back(static_cast<std::byte>(byte));
        bytes_.resize(NLMSG_ALIGN(bytes_.size()));
        header().nlmsg_len = static_cast<std::uint32_t>(bytes_.size());
        return *this;
    }
    template <typename Payload>
    Message &attribute(std::uint16_t type, const Payload &payload) {
        return attribute(type, std::string(reinterpret_cast<const char *>(&payload), sizeof(payload)));
    }

    nlmsghdr &header() { return *reinterpret_cast<nlmsghdr *>(bytes_.data()); }
    std::vector<std::byte> &bytes() { return bytes_; }
    const std::vector<std::byte> &bytes() const { return bytes_; }

  private:
    template <typename T>
    void add(const T &object) {
        const auto *from = reinterpret_cast<const std::byte *>(&object);
        bytes_.insert(bytes_.end(), from, from + sizeof(object));
        header().nlmsg_len = static_cast<std::uint32_t>(bytes_.size());
    }

    std::vector<std::byte> bytes_;
};

inet_diag_msg tcp_body(std::uint8_t state = state_established) {
    inet_diag_msg body{.idiag_family = AF_INET, .idiag_state = state, .idiag_rqueue = 11, .idiag_wqueue = 22};
    body.id.idiag_sport = htons(80);
    body.id.idiag_dport = htons(50'000);
    std::memset(body.id.idiag_src, 0xee, sizeof(body.id.idiag_src));
    body.id.idiag_src[0] = htonl(0x7f000001);
    body.id.idiag_cookie[0] = 5;
    body.id.idiag_cookie[1] = 6;
    body.idiag_inode = 77;
    return body;
}

tcp_info info_body() {
    tcp_info info{};
    info.tcpi_bytes_received = 1'000'000'000'000;
    info.tcpi_bytes_sent = 2;
    info.tcpi_last_data_recv = 4;
    info.tcpi_last_data_sent = 4'000'000'000;
    return info;
}

std::string text_of(const tcp_info &info, std::size_t size) {
    std::string text(reinterpret_cast<const char *>(&info), sizeof(info));
    text.resize(size, '\xff');
    return text;
}

unix_diag_msg unix_body(std::uint8_t state = state_established) {
    return {.udiag_family = AF_UNIX,
            .udiag_type = SOCK_STREAM,
            .udiag_state = state,
            .udiag_ino = 77,
            .udiag_cookie = {5, 6}};
}

Message full_tcp() {
    Message message(tcp_body());
    message.attribute(INET_DIAG_SHUTDOWN, "\0"s).attribute(INET_DIAG_INFO, info_body());
    return message;
}

Message full_unix() {
    Message message(unix_body(state_listen));
    message.attribute(UNIX_DIAG_NAME, "/path\0"s)
        .attribute(UNIX_DIAG_PEER, std::uint32_t{78})
        .attribute(UNIX_DIAG_ICONS, std::array<std::uint32_t, 3>{1, 2, 3})
        .attribute(UNIX_DIAG_RQLEN, unix_diag_rqlen{.udiag_rqueue = 11, .udiag_wqueue = 22})
        .attribute(UNIX_DIAG_SHUTDOWN, std::uint8_t{3});
    return message;
}

std::optional<TcpSocket> tcp(const Message &message) {
    return parse_tcp(message.bytes());
}

std::optional<UnixSocket> unix_socket(const Message &message) {
    return parse_unix(message.bytes());
}

TEST(ParseTcp, ReadsAllThatIsTold) {
    const auto socket = tcp(full_tcp());
    ASSERT_TRUE(socket);
    EXPECT_EQ(socket->cookie, 6ULL << 32 | 5);
    EXPECT_EQ(socket->inode, 77U);
    EXPECT_EQ(socket->local_port, 80);
    EXPECT_EQ(socket->remote_port, 50'000);
    EXPECT_EQ(socket->local_address, (std::array<std::uint8_t, 16>{127, 0, 0, 1})) << "nothing behind IPv4";
    EXPECT_EQ(socket->receive_queue, 11U);
    EXPECT_EQ(socket->send_queue, 22U);
    ASSERT_TRUE(socket->info);
    EXPECT_EQ(socket->info->bytes_received, 1'000'000'000'000U);
    EXPECT_EQ(socket->info->bytes_sent, 2U);
    EXPECT_EQ(socket->info->since_last_data_received, std::chrono::milliseconds(4));
    EXPECT_EQ(socket->info->since_last_data_sent, std::chrono::seconds(4'000'000));
}

TEST(ParseTcp, InfoOfOtherKernelsIsShorterOrLonger) {
    constexpr std::size_t needed = offsetof(tcp_info, tcpi_bytes_sent) + 8;
    for (const auto &[size, known] : {std::pair<std::size_t, bool>{sizeof(tcp_info) + 64, true},
                                      {sizeof(tcp_info), true},
                                      {needed, true},
                                      {needed - 1, false},
                                      {104, false}, // Linux 2.6
                                      {0, false}}) {
        Message message(tcp_body());
        message.attribute(INET_DIAG_INFO, text_of(info_body(), size));
        const auto socket = tcp(message);
        ASSERT_TRUE(socket);
        EXPECT_EQ(socket->info.has_value(), known) << size;
        EXPECT_EQ(socket->info.value_or(TcpInfo{}).bytes_sent, known ? 2U : 0U);
    }
    EXPECT_FALSE(tcp(Message(tcp_body()))->info);
}

TEST(ParseTcp, AShortInfoLeavesTheOneBefore) {
    Message message(tcp_body());
    message.attribute(INET_DIAG_INFO, info_body()).attribute(INET_DIAG_INFO, text_of(info_body(), 100));
    const auto socket = tcp(message);
    ASSERT_TRUE(socket);
    EXPECT_EQ(socket->info.value_or(TcpInfo{}).bytes_sent, 2U);
}

TEST(ParseTcp, AListenersInfoMeansNothing) {
    Message message(tcp_body(state_listen));
    message.attribute(INET_DIAG_INFO, info_body());
    ASSERT_TRUE(tcp(message));
    EXPECT_FALSE(tcp(message)->info);
}

TEST(ParseTcp, RefusesOtherMessages) {
    EXPECT_FALSE(tcp(full_unix()));
    EXPECT_FALSE(parse_tcp({}));
    Message other = full_tcp();
    other.header().nlmsg_type = NLMSG_DONE;
    EXPECT_FALSE(tcp(other));
    other = full_tcp();
    other.header().nlmsg_len += 1;
    EXPECT_FALSE(tcp(other)) << "longer than what there is";
    other.header().nlmsg_len = 15;
    EXPECT_FALSE(tcp(other)) << "shorter than its header";
}

TEST(ParseUnix, ReadsAllThatIsTold) {
    const auto socket = unix_socket(full_unix());
    ASSERT_TRUE(socket);
    EXPECT_EQ(socket->cookie, 6ULL << 32 | 5);
    EXPECT_EQ(socket->inode, 77U);
    EXPECT_EQ(socket->type, SOCK_STREAM);
    EXPECT_EQ(socket->state, state_listen);
    EXPECT_EQ(socket->name, "/path");
    EXPECT_EQ(socket->peer_inode, 78U);
    EXPECT_EQ(socket->receive_queue, 11U);
    EXPECT_EQ(socket->send_queue, 22U);
    EXPECT_EQ(socket->shutdown, 3);
    EXPECT_EQ(socket->pending, (std::vector<std::uint32_t>{1, 2, 3}));
}

TEST(ParseUnix, NamesEndWhereTheyEnd) {
    for (const auto &[wire, name] : {std::pair{"/path\0"s, "/path"s},
                                     {"/path"s, "/path"s},
                                     {"/a\0b\0"s, "/a"s},
                                     {"\0a\0b\0"s, "\0a\0b\0"s},
                                     {"\0"s, "\0"s},
                                     {""s, ""s},
                                     {"\xff\n"s, "\xff\n"s}}) {
        Message message(unix_body());
        message.attribute(UNIX_DIAG_NAME, wire);
        EXPECT_EQ(unix_socket(message)->name, name);
    }
}

TEST(ParseUnix, ShortAttributesCountAsAbsentAndUnknownOnesAreSkipped) {
    Message message(unix_body());
    message.attribute(999, "?"s)
        .attribute(UNIX_DIAG_PEER, "abc"s)
        .attribute(UNIX_DIAG_RQLEN, "1234567"s)
        .attribute(UNIX_DIAG_SHUTDOWN, ""s)
        .attribute(UNIX_DIAG_ICONS, "\x01\0\0\0\x02"s)
        .attribute(UNIX_DIAG_NAME, "name"s);
    const auto socket = unix_socket(message);
    ASSERT_TRUE(socket);
    EXPECT_EQ(socket->peer_inode, 0U);
    EXPECT_EQ(socket->receive_queue, 0U);
    EXPECT_EQ(socket->shutdown, 0);
    EXPECT_EQ(socket->pending, std::vector<std::uint32_t>{1});
    EXPECT_EQ(socket->name, "name");
}

TEST(ParseUnix, AShortAttributeLeavesWhatOneBeforeItTold) {
    Message message = full_unix();
    message.attribute(UNIX_DIAG_PEER, "abc"s)
        .attribute(UNIX_DIAG_RQLEN, "1234567"s)
        .attribute(UNIX_DIAG_SHUTDOWN, ""s);
    const auto socket = unix_socket(message);
    ASSERT_TRUE(socket);
    EXPECT_EQ(socket->peer_inode, 78U);
    EXPECT_EQ(socket->receive_queue, 11U);
    EXPECT_EQ(socket->shutdown, 3);
}

TEST(ParseUnix, AnAttributeThatIsLongerThanTheMessageEndsIt) {
    Message message(unix_body());
    message.attribute(UNIX_DIAG_PEER, std::uint32_t{78}).attribute(UNIX_DIAG_NAME, "name"s);
    auto *name = reinterpret_cast<nlattr *>(message.bytes().data() + message.bytes().size() - 8);
    ASSERT_EQ(name->nla_len, 8);
    for (const int length : {0, 3, 9, 65535}) {
        name->nla_len = static_cast<std::uint16_t>(length);
        const auto socket = unix_socket(message);
        ASSERT_TRUE(socket);
        EXPECT_EQ(socket->peer_inode, 78U);
        EXPECT_EQ(socket->name, "") << length;
    }
}

/// In memory of exactly its size, so that AddressSanitizer sees each byte too far.
void parse_exactly(const std::vector<std::byte> &bytes, std::size_t size) {
    const auto exact = std::make_unique<std::byte[]>(size);
    std::copy_n(bytes.begin(), size, exact.get());
    parse_tcp({exact.get(), size});
    parse_unix({exact.get(), size});
}

TEST(Parse, StaysWithinTheMessageHoweverItIsCut) {
    for (Message message : {full_tcp(), full_unix()}) {
        for (std::size_t size = 0; size <= message.bytes().size(); ++size) {
            parse_exactly(message.bytes(), size);
            Message cut = message;
            cut.header().nlmsg_len = static_cast<std::uint32_t>(size);
            parse_exactly(cut.bytes(), std::max(size, sizeof(nlmsghdr)));
        }
    }
}

TEST(Parse, StaysWithinTheMessageWhateverItHolds) {
    std::mt19937 random(1);
    for (const Message &message : {full_tcp(), full_unix()}) {
        for (int round = 0; round < 20'000; ++round) {
            std::vector<std::byte> bytes = message.bytes();
            for (unsigned change = random() % 4; change < 4; ++change)
                bytes[random() % bytes.size()] = static_cast<std::byte>(random());
            parse_exactly(bytes, bytes.size() - random() % 3);
        }
    }
}

TEST(ClearInheritedInodes, LeavesAListenersInodeToTheListener) {
    std::vector<TcpSocket> sockets{{.inode = 7, .state = state_established},
                                   {.inode = 7, .state = state_listen},
                                   {.inode = 8, .state = state_established},
                                   {.inode = 9, .state = state_listen}};
    clear_inherited_inodes(sockets);
    EXPECT_EQ(sockets[0].inode, 0U);
    EXPECT_EQ(sockets[1].inode, 7U);
    EXPECT_EQ(sockets[2].inode, 8U);
    EXPECT_EQ(sockets[3].inode, 9U);
}

} // namespace
} // namespace unwedge::netlink
