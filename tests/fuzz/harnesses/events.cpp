// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/events.h"

#include "abi.h"
#include "harness.h"

#include <algorithm>
#include <span>

namespace unwedge::fuzz {
namespace {

void check_texts(const facts::Executed &event) {
    require(event.comm.size() <= UW_COMM_LEN, "a comm is short");
    std::size_t bytes = 0;
    for (const std::string &argument : event.argv) {
        bytes += argument.size() + 1;
        require(argument.find('\0') == std::string::npos, "a NUL ends an argument");
    }
    require(bytes <= UW_ARGV_LEN + 1, "arguments are no longer than their record has room for");
}

void check_texts(const facts::Forked &event) {
    require(event.comm.size() <= UW_COMM_LEN, "a comm is short");
}

template <typename Event>
void check_texts(const Event & /*has none*/) {}

void check_text(const facts::SocketAddress &address) {
    require(address.path.size() <= UW_PATH_LEN, "a UNIX socket's name is short");
    require(address.path.starts_with('@') || address.path.find('\0') == std::string::npos,
            "a NUL ends a path");
}

void check_call(std::span<const std::byte> bytes) {
    const auto call = kernel::decode_call(bytes);
    if (!call)
        return;
    require(bytes.size() >= sizeof(uw_event_call), "a record that is cut off is none");
    require(!kernel::decode_event(bytes), "what is a call is no event");
    if (const auto *connecting = std::get_if<facts::Connecting>(&*call))
        check_text(connecting->to);
    else if (const auto *listening = std::get_if<facts::Listening>(&*call))
        check_text(listening->on);
}

void check(std::string_view input) {
    const auto bytes = std::as_bytes(std::span(input));
    check_call(bytes);
    const auto event = kernel::decode_event(bytes);
    if (!event)
        return;
    std::visit([](const auto &one) { check_texts(one); }, *event);
    uw_event head{};
    std::ranges::copy(bytes.first(sizeof(head)), std::as_writable_bytes(std::span(&head, 1)).begin());
    require(event->index() + UW_EVENT_FORK == head.kind, "an event is of the kind that its head tells");
    // Of a record that is too short, nothing is believed: half an event would be a wrong one.
    const std::size_t least[] = {sizeof(uw_event_fork), sizeof(uw_event_exec), sizeof(uw_event_exit),
                                 sizeof(uw_event_stall), sizeof(uw_event_stall)};
    require(bytes.size() >= least[event->index()], "a record that is cut off is none");
}

const Registered registered({.name = "events", .check = check});

} // namespace
} // namespace unwedge::fuzz
