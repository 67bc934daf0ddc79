// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/records.h"

#include "facts/names.h"
#include "util/stamp.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>

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

bool is_unix(const uw_end_record &record) {
    return record.family == AF_UNIX;
}

facts::InetAddress inet_address(const uw_end_record &record, const __u8 (&bytes)[16], std::uint16_t port) {
    facts::InetAddress address{.is_v6 = record.family == AF_INET6, .port = port};
    std::ranges::copy(bytes, address.bytes.begin());
    return address;
}

std::string name_of(const char (&path)[UW_PATH_LEN], std::size_t length) {
    return {path, std::min<std::size_t>(length, sizeof(path))};
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

facts::End end_of(const uw_end_record &record, Counted counted) {
    facts::End end;
    end.id = record.id;
    end.peer = record.peer_id;
    end.kind = kind_of(record);
    end.state = facts::tcp_state(record.state);
    end.inode = record.inode;
    end.unread = record.unread;
    end.unsent = record.unsent;
    end.peer_closed = (record.flags & UW_END_PEER_CLOSED) != 0;
    end.times_out = (record.flags & UW_END_TIMES_OUT) != 0;
    if (counted.receives)
        end.received = record.received;
    if (counted.sends && (counted.from_the_start || record.sent > 0))
        end.sent = record.sent;
    if (counted.receives && record.sent > 0)
        end.spoke_last_seen = (record.flags & UW_END_SPOKE_LAST) != 0;
    if (!is_unix(record))
        end.ever_received = record.copied > 0;
    else if ((counted.receives && counted.from_the_start) || record.received > 0)
        end.ever_received = record.received > 0;
    end.closed_since = from_stamp(record.closed_ns);
    if (!is_unix(record) && end.peer_closed)
        end.eof_read = (record.flags & UW_END_EOF_READ) != 0;
    end.last_receive = from_stamp(record.last_receive_ns);
    end.last_send = from_stamp(record.last_send_ns);
    end.last_arrival = from_stamp(record.last_arrival_ns);
    end.unread_since = from_stamp(record.unread_since_ns);
    end.longest_wait = Nanos(record.longest_wait_ns);
    if (record.last_reader)
        end.last_reader = static_cast<facts::Pid>(record.last_reader);
    return end;
}

facts::Socket socket_of(const uw_end_record &record, Counted counted) {
    facts::Socket socket{.end = end_of(record, counted)};
    socket.listening = record.state == TCP_LISTEN;
    socket.queued = record.accept_queue;
    socket.limit = record.accept_limit;
    socket.waits_for_accept = (record.flags & UW_END_PENDING) != 0;
    socket.peer_waits_for_accept = (record.flags & UW_END_PEER_PENDING) != 0;
    socket.netns = record.netns;
    if (is_unix(record)) {
        socket.name = name_of(record.path, record.path_len);
        socket.peer_name = name_of(record.peer_path, record.peer_path_len);
    } else {
        socket.local = inet_address(record, record.local_address, record.local_port);
        socket.remote = inet_address(record, record.remote_address, record.remote_port);
    }
    return socket;
}

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

std::uint64_t switches_of_all(const std::vector<uw_thread_record> &threads) {
    return std::accumulate(threads.begin(), threads.end(), std::uint64_t{},
                           [](std::uint64_t sum, const uw_thread_record &one) { return sum + one.switches; });
}

std::optional<bool> alarms_of(const std::vector<uw_thread_record> &threads) {
    if (threads.empty() || threads.front().alarms == UW_ALARMS_UNKNOWN)
        return std::nullopt;
    return threads.front().alarms == UW_ALARMS_SOME;
}

Nanos start_of(const std::vector<uw_thread_record> &threads) {
    auto main = std::ranges::find_if(threads,
                                     [](const uw_thread_record &thread) { return thread.tid == thread.pid; });
    return main == threads.end() ? Nanos{} : Nanos(main->started_ns);
}

std::vector<facts::Socket> sockets_of(const std::vector<uw_end_record> &records, Counted counted) {
    std::vector<facts::Socket> sockets;
    sockets.reserve(records.size());
    for (const uw_end_record &record : records)
        if (!is_unix(record) || record.state == TCP_LISTEN || (record.flags & UW_END_RELEASED) == 0)
            sockets.push_back(socket_of(record, counted));
    return sockets;
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
