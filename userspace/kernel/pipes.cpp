// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/pipes.h"

#include "util/stamp.h"

#include <algorithm>

namespace unwedge::kernel {

/// Not one's own, with which a loop wakes itself, nor one whose other end is outside.
bool Pipes::Pipe::connects() const {
    std::set<__u32> all = readers;
    all.insert(writers.begin(), writers.end());
    return !readers.empty() && !writers.empty() && all.size() > 1;
}

void Pipes::begin(Nanos now) {
    now_ = now;
}

std::vector<facts::EndId> Pipes::see(const uw_hold_record &hold) {
    auto [found, is_new] = pipes_.try_emplace(hold.pipe);
    Pipe &pipe = found->second;
    if (is_new || pipe.inode != hold.inode) {
        pipe = {.reading = next_id_, .inode = hold.inode};
        next_id_ += 2;
    }
    if (pipe.seen != now_) {
        const bool first = pipe.stall.swept_ns == 0;
        const uw_sight sight{.now_ns = stamp_of(now_), .unread = hold.unread, .mark = hold.mark};
        if (!first && pipe.stall.mark != hold.mark)
            pipe.last_receive = now_;
        uw_stall_step(&pipe.stall, &sight, stamp_of(stall_after_), stamp_of(longest_gap_));
        if (!first && pipe.stall.grown_ns == stamp_of(now_))
            pipe.last_send = now_;
        pipe.taken = hold.taken != 0;
        pipe.seen = now_;
        pipe.readers.clear();
        pipe.writers.clear();
    }
    std::vector<facts::EndId> ends;
    if (hold.sides & UW_PIPE_READ) {
        pipe.readers.insert(hold.pid);
        ends.push_back(pipe.reading);
    }
    if (hold.sides & UW_PIPE_WRITE) {
        pipe.writers.insert(hold.pid);
        ends.push_back(pipe.reading + 1);
    }
    return ends;
}

void Pipes::end() {
    std::erase_if(pipes_, [this](const auto &entry) { return entry.second.seen != now_; });
}

bool Pipes::any_unread() const {
    return std::ranges::any_of(
        pipes_, [](const auto &entry) { return entry.second.stall.unread > 0 && entry.second.connects(); });
}

bool Pipes::any_stalled() const {
    return std::ranges::any_of(pipes_, [](const auto &entry) {
        return entry.second.stall.reported != 0 && entry.second.connects();
    });
}

std::vector<facts::End> Pipes::ends() const {
    std::vector<facts::End> all;
    for (const auto &[address, pipe] : pipes_) {
        if (!pipe.connects())
            continue;
        facts::End read{.id = pipe.reading, .peer = pipe.reading + 1, .kind = facts::ChannelKind::pipe};
        read.inode = pipe.inode;
        read.unsent = 0;
        facts::End write = read;
        std::swap(write.id, write.peer);
        read.unread = pipe.stall.unread;
        read.ever_received = pipe.taken;
        read.last_receive = from_stamp(stamp_of(pipe.last_receive));
        read.last_arrival = from_stamp(pipe.stall.grown_ns);
        read.unread_since = from_stamp(pipe.stall.since_ns);
        read.longest_wait = Nanos(pipe.stall.longest_ns);
        write.unread = 0;
        write.unsent = pipe.stall.unread;
        write.last_send = from_stamp(stamp_of(pipe.last_send));
        all.push_back(std::move(read));
        all.push_back(std::move(write));
    }
    return all;
}

} // namespace unwedge::kernel
