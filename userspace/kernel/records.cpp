// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/records.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <span>
#include <string_view>
#include <tuple>

namespace unwedge::kernel {
namespace {

// include/linux/sched.h
constexpr std::uint32_t task_interruptible = 1;
constexpr std::uint32_t task_uninterruptible = 2;

facts::ThreadState state_of(const uw_thread_record &record) {
    if (record.stops & UW_STOP_FREEZE)
        return facts::ThreadState::frozen;
    if (record.stops & UW_STOP_TRACE)
        return facts::ThreadState::traced;
    if (record.stops & UW_STOP_SIGNAL)
        return facts::ThreadState::stopped;
    if (record.state == 0)
        return facts::ThreadState::running;
    if (record.state & task_interruptible)
        return facts::ThreadState::sleeping;
    if (record.state & task_uninterruptible)
        return facts::ThreadState::uninterruptible;
    return facts::ThreadState::dead;
}

/// Off the CPU since its last arrival on one, at most; both readings are of the scheduler's own clock.
std::optional<Nanos> asleep(const uw_thread_record &record) {
    if (record.state == 0 || record.arrived_ns == 0 || record.reader_arrived_ns < record.arrived_ns)
        return std::nullopt;
    return Nanos(record.reader_arrived_ns - record.arrived_ns);
}

std::optional<Nanos> stamp(std::uint64_t at_ns) {
    return at_ns ? std::optional(Nanos(at_ns)) : std::nullopt;
}

bool is_unix(const uw_end_record &record) {
    return record.family == AF_UNIX;
}

std::string ip_text(const uw_end_record &record, const __u8 *bytes) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(record.family, bytes, text.data(), text.size());
    std::string_view plain = text.data();
    constexpr std::string_view mapped = "::ffff:";
    if (plain.starts_with(mapped) && plain.find('.') != std::string_view::npos)
        plain.remove_prefix(mapped.size());
    return std::string(plain);
}

std::string ip_port(const std::string &ip, std::uint16_t port) {
    return ip.find(':') == std::string::npos ? fmt::format("{}:{}", ip, port)
                                             : fmt::format("[{}]:{}", ip, port);
}

bool is_loopback(std::string_view ip) {
    return ip.starts_with("127.") || ip == "::1";
}

/// A socket's bound name: a path, or "@name" for an abstract one.
std::string unix_name(const char (&path)[UW_PATH_LEN], std::size_t length) {
    std::string name(path, std::min<std::size_t>(length, sizeof(path)));
    if (!name.empty() && name.front() == '\0')
        name.front() = '@';
    else
        name.resize(::strnlen(name.data(), name.size()));
    return name;
}

facts::ChannelKind kind_of(const uw_end_record &record) {
    if (!is_unix(record))
        return facts::ChannelKind::tcp;
    switch (record.type) {
    case SOCK_SEQPACKET: return facts::ChannelKind::unix_seqpacket;
    case SOCK_DGRAM: return facts::ChannelKind::unix_dgram;
    default: return facts::ChannelKind::unix_stream;
    }
}

std::string state_text(std::uint8_t state) {
    constexpr std::array names{"",          "ESTABLISHED", "SYN_SENT",    "SYN_RECV",   "FIN_WAIT1",
                               "FIN_WAIT2", "TIME_WAIT",   "CLOSE",       "CLOSE_WAIT", "LAST_ACK",
                               "LISTEN",    "CLOSING",     "NEW_SYN_RECV"};
    return state < names.size() ? names.at(state) : "";
}

/// What both ends of one TCP connection agree on, seen from one side.
using Tuple = std::tuple<std::uint64_t, std::string, std::string>;

facts::End end_of(const uw_end_record &record, Counted counted) {
    facts::End end;
    end.id = record.id;
    end.peer = record.peer_id;
    end.kind = kind_of(record);
    end.state = state_text(record.state);
    end.inode = record.inode;
    end.unread = record.unread;
    end.unsent = record.unsent;
    end.peer_closed = (record.flags & UW_END_PEER_CLOSED) != 0;
    if (counted.receives)
        end.received = record.received;
    if (counted.sends)
        end.sent = record.sent;
    if (counted.receives && record.sent > 0)
        end.hooks_saw_it_speak_last = (record.flags & UW_END_SPOKE_LAST) != 0;
    if (!is_unix(record))
        end.ever_received = record.copied > 0;
    else if (counted.receives || record.received > 0)
        end.ever_received = record.received > 0;
    end.closed_since = stamp(record.closed_ns);
    if (!is_unix(record) && end.peer_closed)
        end.eof_read = (record.flags & UW_END_EOF_READ) != 0;
    end.last_receive = stamp(record.last_receive_ns);
    end.last_send = stamp(record.last_send_ns);
    end.last_arrival = stamp(record.last_arrival_ns);
    end.unread_since = stamp(record.unread_since_ns);
    end.longest_wait = Nanos(record.longest_wait_ns);
    if (record.last_reader)
        end.last_reader = static_cast<facts::Pid>(record.last_reader);
    return end;
}

void name_tcp(const uw_end_record &record, const std::set<std::string> &local, facts::End &end) {
    const std::string remote = ip_text(record, record.remote_address);
    end.address = ip_port(ip_text(record, record.local_address), record.local_port);
    end.remote_address = ip_port(remote, record.remote_port);
    end.leaves_host = !is_loopback(remote) && !local.contains(remote);
}

facts::Listener listener_of(const uw_end_record &record) {
    facts::Listener listener{.id = record.id, .queued = record.accept_queue, .limit = record.accept_limit};
    const std::string ip = is_unix(record) ? "" : ip_text(record, record.local_address);
    listener.address =
        is_unix(record) ? unix_name(record.path, record.path_len) : ip_port(ip, record.local_port);
    listener.loopback = is_unix(record) || is_loopback(ip);
    listener.kind = kind_of(record);
    listener.queued_since = stamp(record.unread_since_ns);
    return listener;
}

void pair_tcp(std::map<Tuple, facts::EndId> &by_tuple, std::uint64_t netns, facts::End &end,
              std::map<facts::EndId, facts::End> &ends) {
    auto peer = by_tuple.find({netns, end.remote_address, end.address});
    if (peer != by_tuple.end()) {
        end.peer = peer->second;
        ends[peer->second].peer = end.id;
    }
    by_tuple[{netns, end.address, end.remote_address}] = end.id;
}

/// What a connection that was not accepted yet is bound to like its listener: the name, or the port.
struct Door {
    std::uint64_t netns = 0;
    std::string address;

    auto operator<=>(const Door &) const = default;
};

/// Those of a TCP socket: a listener can be bound to one address or to all.
std::array<Door, 3> doors_of(const uw_end_record &record, const std::string &address) {
    return {{{record.netns, address},
             {record.netns, ip_port("0.0.0.0", record.local_port)},
             {record.netns, ip_port("::", record.local_port)}}};
}

/// Finds out which ends wait in which listener's queue.
class Queues {
  public:
    void add_listener(const uw_end_record &record, const facts::Listener &listener) {
        listeners_[{is_unix(record) ? 0 : record.netns, listener.address}] = listener.id;
    }
    void add_end(const uw_end_record &record, const facts::End &end) {
        if (is_unix(record) && (record.flags & UW_END_PEER_PENDING))
            pending_.push_back({end.id, false, {{0, end.remote_address}}});
        else if (!is_unix(record) && (record.flags & UW_END_PENDING)) {
            const std::array<Door, 3> doors = doors_of(record, end.address);
            pending_.push_back({end.id, true, {doors.begin(), doors.end()}});
        }
    }
    /// Tells it to the ends that wait: of TCP the listener's side is known, so it is that one's peer.
    void resolve(std::map<facts::EndId, facts::End> &ends) const {
        for (const Pending &one : pending_) {
            const facts::EndId waiting = one.is_peer ? ends.at(one.end).peer : one.end;
            auto end = ends.find(waiting);
            for (const Door &door : one.doors)
                if (auto listener = listeners_.find(door);
                    end != ends.end() && listener != listeners_.end()) {
                    end->second.pending_on = listener->second;
                    break; // the most exact one
                }
        }
    }

  private:
    struct Pending {
        facts::EndId end;
        bool is_peer;
        std::vector<Door> doors;
    };
    std::map<Door, facts::EndId> listeners_;
    std::vector<Pending> pending_;
};

/// At most what Nanos can hold: so much CPU time is no fact, but must not be a negative one either.
void add(Nanos &sum, std::uint64_t length_ns) {
    const auto left = static_cast<std::uint64_t>((Nanos::max() - sum).count());
    sum += Nanos(std::min(length_ns, left));
}

} // namespace

ThreadFacts thread_facts(const uw_thread_record &record) {
    ThreadFacts facts;
    facts.pid = static_cast<facts::Pid>(record.pid);
    facts.ppid = static_cast<facts::Pid>(record.ppid);
    facts.host_tid = static_cast<facts::Pid>(record.host_tid);
    facts.syscall = static_cast<long>(record.syscall);
    std::ranges::copy(record.arguments, facts.arguments.begin());
    facts.thread.tid = static_cast<facts::Pid>(record.tid);
    facts.thread.state = state_of(record);
    facts.thread.switches = record.switches;
    facts.thread.cpu = Nanos(record.cpu_ns);
    facts.thread.run_delay = Nanos(record.run_delay_ns);
    facts.thread.turns = record.turns;
    facts.thread.asleep = asleep(record);
    return facts;
}

Nanos cpu_of_all(const std::vector<uw_thread_record> &threads) {
    Nanos cpu{};
    if (!threads.empty())
        add(cpu, threads.front().group_cpu_ns);
    for (const uw_thread_record &thread : threads)
        add(cpu, thread.cpu_ns);
    return cpu;
}

Nanos cpu_wanted_by_all(const std::vector<uw_thread_record> &threads) {
    Nanos wanted = cpu_of_all(threads);
    for (const uw_thread_record &thread : threads)
        add(wanted, thread.run_delay_ns);
    return wanted;
}

Nanos start_of(const std::vector<uw_thread_record> &threads) {
    auto main = std::ranges::find_if(threads,
                                     [](const uw_thread_record &thread) { return thread.tid == thread.pid; });
    return main == threads.end() ? Nanos{} : Nanos(main->started_ns);
}

EndFacts end_facts(const std::vector<uw_end_record> &records, Counted counted,
                   const std::set<std::string> &local) {
    EndFacts facts;
    std::map<Tuple, facts::EndId> by_tuple;
    Queues queues;
    for (const uw_end_record &record : records) {
        if (record.state == TCP_LISTEN) {
            facts.listeners.push_back(listener_of(record));
            queues.add_listener(record, facts.listeners.back());
            continue;
        }
        if (is_unix(record) && (record.flags & UW_END_RELEASED))
            continue;
        facts::End end = end_of(record, counted);
        if (is_unix(record)) {
            end.address = unix_name(record.path, record.path_len);
            end.remote_address = unix_name(record.peer_path, record.peer_path_len);
        } else {
            name_tcp(record, local, end);
            pair_tcp(by_tuple, record.netns, end, facts.ends);
        }
        queues.add_end(record, end);
        facts.ends[end.id] = std::move(end);
    }
    for (auto &[id, end] : facts.ends)
        if (!facts.ends.contains(end.peer))
            end.peer = 0;
    queues.resolve(facts.ends);
    return facts;
}

void add_delays(const std::vector<uw_delay_record> &records, std::map<facts::EndId, facts::End> &ends) {
    for (const uw_delay_record &record : records) {
        const auto end = ends.find(record.end_id);
        if (end == ends.end())
            continue;
        facts::Delays &delays = end->second.delays.emplace();
        static_assert(UW_DELAY_BUCKETS == std::tuple_size_v<decltype(delays.buckets)>);
        std::ranges::copy(record.delays, delays.buckets.begin());
    }
}

} // namespace unwedge::kernel
