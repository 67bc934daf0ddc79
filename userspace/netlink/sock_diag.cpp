// SPDX-License-Identifier: GPL-2.0-only
#include "netlink/sock_diag.h"

#include "netlink/parse.h"
#include "util/own_thread.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <optional>
#include <string>
#include <unordered_map>

#include <linux/inet_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <sched.h>

namespace unwedge::netlink {

namespace {

constexpr std::uint32_t all_states = ~0U;
constexpr std::uint32_t tcp_states = 1U << state_established | 1U << state_syn_sent | 1U << state_fin_wait1 |
                                     1U << state_fin_wait2 | 1U << state_close_wait | 1U << state_last_ack |
                                     1U << state_listen | 1U << state_closing;

/// inet_diag and unix_diag do not use nl_dump_check_consistent(), without which NLM_F_DUMP_INTR is never set.
/// Should they begin to, the last dump is taken as it is: it misses no more than one without the mark may,
/// the caller looks twice anyhow, and a busy host, where each dump is interrupted, is where one must be able
/// to look.
constexpr int attempts = 3;

template <typename Socket, typename Request>
Result<std::vector<Socket>> ask(DiagLink &link, const Request &request,
                                std::optional<Socket> (*parse)(std::span<const std::byte>)) {
    std::vector<Socket> sockets;
    for (int attempt = 1;; ++attempt) {
        sockets.clear();
        const auto consistent =
            link.dump(std::as_bytes(std::span(&request, 1)), [&](std::span<const std::byte> message) {
                auto socket = parse(message);
                if (!socket)
                    return false;
                sockets.push_back(*std::move(socket));
                return true;
            });
        if (!consistent)
            return consistent.error();
        if (*consistent || attempt == attempts)
            return sockets;
    }
}

Error dump_error(const char *what, const char *option, const Error &cause) {
    Error error{std::string("no list of ") + what + " sockets: " + cause.message, cause.code};
    if (cause.code == ENOENT)
        error.message += std::string("; this kernel lacks ") + option;
    return error;
}

Result<std::vector<UnixSocket>> ask_unix(DiagLink &link, std::uint32_t states, std::uint32_t show) {
    const unix_diag_req request{.sdiag_family = AF_UNIX, .udiag_states = states, .udiag_show = show};
    return ask<UnixSocket>(link, request, parse_unix);
}

} // namespace

Result<SockDiag> SockDiag::open() {
    auto link = DiagLink::open();
    if (!link)
        return link.error();
    return SockDiag(*std::move(link));
}

Result<SockDiag> SockDiag::open_in(const Fd &netns) {
    Result<SockDiag> opened = Error{};
    // A thread of its own: one that failed to get back would leave the caller in a stranger's network.
    const Result<void> done = on_own_thread([&] {
        if (::setns(netns.get(), CLONE_NEWNET) == 0) {
            opened = open();
            return;
        }
        Error error = errno_error("joining a network namespace", errno);
        if (error.code == EPERM)
            error.message += "; run unwedge as root";
        opened = std::move(error);
    });
    if (!done)
        return done.error();
    return opened;
}

Result<std::vector<TcpSocket>> SockDiag::dump_tcp() {
    std::vector<TcpSocket> sockets;
    for (const std::uint8_t family : {std::uint8_t{AF_INET}, std::uint8_t{AF_INET6}}) {
        const inet_diag_req_v2 request{.sdiag_family = family,
                                       .sdiag_protocol = IPPROTO_TCP,
                                       .idiag_ext = 1U << (INET_DIAG_INFO - 1),
                                       .idiag_states = tcp_states};
        auto more = ask<TcpSocket>(link_, request, parse_tcp);
        if (!more)
            return dump_error("TCP", "CONFIG_INET_DIAG or CONFIG_INET_TCP_DIAG", more.error());
        std::move(more->begin(), more->end(), std::back_inserter(sockets));
    }
    clear_inherited_inodes(sockets);
    return sockets;
}

Result<std::vector<UnixSocket>> SockDiag::dump_unix() {
    auto sockets = ask_unix(link_, all_states, UDIAG_SHOW_NAME | UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN);
    if (!sockets)
        return dump_error("UNIX", "CONFIG_UNIX_DIAG", sockets.error());
    if (const auto added = add_pending(*sockets); !added)
        return dump_error("UNIX", "CONFIG_UNIX_DIAG", added.error());
    return sockets;
}

/// Asks for the queues of listeners, where there is something in one. Separately, because a queue that does
/// not fit into a piece of the dump ends the dump there, without a word.
Result<void> SockDiag::add_pending(std::vector<UnixSocket> &sockets) {
    std::unordered_map<std::uint64_t, UnixSocket *> waiting;
    for (UnixSocket &socket : sockets)
        if (socket.state == state_listen && socket.receive_queue > 0)
            waiting.emplace(socket.cookie, &socket);
    if (waiting.empty())
        return {};
    auto queues = ask_unix(link_, 1U << state_listen, UDIAG_SHOW_ICONS | UDIAG_SHOW_RQLEN);
    if (!queues)
        return queues.error();
    for (UnixSocket &queue : *queues) {
        const auto listener = waiting.find(queue.cookie);
        if (listener == waiting.end())
            continue;
        listener->second->receive_queue = queue.receive_queue; // of the same moment
        listener->second->pending = std::move(queue.pending);
    }
    return {};
}

} // namespace unwedge::netlink
