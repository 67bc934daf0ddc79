// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/events.h"

#include "abi.h"
#include "facts/inet_address.h"

#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace unwedge::kernel {
namespace {

template <typename Record>
std::optional<Record> read_as(std::span<const std::byte> bytes) {
    if (bytes.size() < sizeof(Record))
        return std::nullopt;
    Record record;
    std::memcpy(&record, bytes.data(), sizeof(record));
    return record;
}

std::string text(const char *bytes, std::size_t capacity) {
    return {bytes, ::strnlen(bytes, capacity)};
}

facts::Pid pid_of(__u32 pid) {
    return static_cast<facts::Pid>(pid);
}

std::vector<std::string> split_argv(std::string_view bytes) {
    std::vector<std::string> argv;
    while (!bytes.empty()) {
        std::size_t length = std::min(bytes.find('\0'), bytes.size());
        argv.emplace_back(bytes.substr(0, length));
        bytes.remove_prefix(std::min(length + 1, bytes.size()));
    }
    return argv;
}

facts::Event decode(const uw_event_fork &record) {
    return facts::Forked{.at = Nanos(record.head.at_ns),
                         .parent = pid_of(record.head.pid),
                         .child = pid_of(record.child_pid),
                         .comm = text(record.comm, sizeof(record.comm))};
}

facts::Event decode(const uw_event_exec &record) {
    std::size_t length = std::min<std::size_t>(record.argv_len, sizeof(record.argv));
    return facts::Executed{.at = Nanos(record.head.at_ns),
                           .pid = pid_of(record.head.pid),
                           .comm = text(record.comm, sizeof(record.comm)),
                           .argv = split_argv({record.argv, length}),
                           .argv_whole = record.argv_full != 0};
}

facts::Event decode(const uw_event_exit &record) {
    return facts::Exited{.at = Nanos(record.head.at_ns),
                         .pid = pid_of(record.head.pid),
                         .status = static_cast<int>(record.status)};
}

facts::Event decode(const uw_event_stall &record) {
    if (record.head.kind == UW_EVENT_STALL_BEGIN)
        return facts::StallBegan{.at = Nanos(record.head.at_ns),
                                 .end = record.end_id,
                                 .unread = record.unread,
                                 .since = Nanos(record.since_ns)};
    return facts::StallEnded{
        .at = Nanos(record.head.at_ns), .end = record.end_id, .since = Nanos(record.since_ns)};
}

/// As bound: an abstract name begins with a NUL and may hold others, which end a path.
std::string unix_path(const uw_event_call &record) {
    const std::string_view bytes(record.path, std::min<std::size_t>(record.path_len, sizeof(record.path)));
    if (bytes.starts_with('\0'))
        return "@" + std::string(bytes.substr(1));
    return std::string(bytes.substr(0, bytes.find('\0')));
}

facts::SocketAddress address_of(const uw_event_call &record) {
    using Kind = facts::SocketAddress::Kind;
    if (record.family == AF_UNIX)
        return {.kind = Kind::unix_socket, .ip = "", .port = 0, .path = unix_path(record)};
    facts::InetAddress inet{.is_v6 = record.family == AF_INET6, .bytes = {}, .port = record.port};
    std::ranges::copy(record.address, inet.bytes.begin());
    return {.kind = record.type == SOCK_DGRAM ? Kind::udp : Kind::tcp,
            .ip = facts::ip_text(inet),
            .port = record.port,
            .path = ""};
}

facts::Call decode(const uw_event_call &record) {
    const Nanos at(record.head.at_ns);
    const facts::Pid pid = pid_of(record.head.pid);
    switch (record.head.kind) {
    case UW_EVENT_CONNECT:
        return facts::Connecting{at, pid, record.end_id, address_of(record), static_cast<int>(record.error)};
    case UW_EVENT_CONNECTED: return facts::Connected{at, record.end_id};
    case UW_EVENT_LISTEN: return facts::Listening{at, pid, address_of(record)};
    default: return facts::SocketMade{at, pid, record.family, record.pair != 0};
    }
}

template <typename Record>
std::optional<facts::Event> decode_as(std::span<const std::byte> bytes) {
    std::optional<Record> record = read_as<Record>(bytes);
    return record ? std::optional(decode(*record)) : std::nullopt;
}

} // namespace

std::optional<facts::Event> decode_event(std::span<const std::byte> record) {
    std::optional<uw_event> head = read_as<uw_event>(record);
    if (!head)
        return std::nullopt;
    switch (head->kind) {
    case UW_EVENT_FORK: return decode_as<uw_event_fork>(record);
    case UW_EVENT_EXEC: return decode_as<uw_event_exec>(record);
    case UW_EVENT_EXIT: return decode_as<uw_event_exit>(record);
    case UW_EVENT_STALL_BEGIN:
    case UW_EVENT_STALL_END: return decode_as<uw_event_stall>(record);
    default: return std::nullopt;
    }
}

std::optional<facts::Call> decode_call(std::span<const std::byte> record) {
    const std::optional<uw_event_call> call = read_as<uw_event_call>(record);
    if (!call || call->head.kind < UW_EVENT_CONNECT || call->head.kind > UW_EVENT_SOCKET)
        return std::nullopt;
    return decode(*call);
}

} // namespace unwedge::kernel
