// SPDX-License-Identifier: GPL-2.0-only
#include "wedged_tree.h"

#include "support/snapshot_builder.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace bench {
namespace {

using namespace std::chrono_literals;
using namespace unwedge;
using facts::EndId;
using facts::Pid;

constexpr Pid first_pid = 1000;
constexpr int children_of_each = 8;
constexpr int channels_of_each = 10;
constexpr int first_fd = 3;
constexpr int every_so_many = 16; ///< actors, one is busy, and one has just been sent something
constexpr int stride = 331;       ///< between an actor and its partners; any, but prime
constexpr Nanos first_look = 100s;
constexpr Nanos stalled_at = 96s;
constexpr Nanos between_looks = 500ms;
constexpr std::uint64_t request = 165; ///< bytes

bool is_busy(int actor) {
    return actor % every_so_many == every_so_many / 2;
}

/// The tree as it grows. Actors are numbered from 0, the root; their main threads get their waits at the end.
class Grower {
  public:
    explicit Grower(int actors) : watches_(static_cast<std::size_t>(actors)), build_(first_look) {
        build_.counts_receives_since(10s);
        for (int i = 0; i < actors; ++i)
            add_actor(i);
        for (int i = 0; i < actors; ++i)
            connect_all(i);
        forget_the_last_channel();
        for (int i = 0; i < actors; ++i)
            let_wait(i);
    }

    WedgedTree take() {
        WedgedTree tree{.first = build_.snapshot(), .culprit = pid_of(last())};
        for (int i = 0; i <= last(); ++i) {
            facts::Actor &actor = build_.actor(pid_of(i)).get();
            actor.earlier_cpu.push_back({first_look, facts::cpu_wanted(actor)});
            if (is_busy(i))
                *actor.cpu += between_looks / 2;
        }
        tree.second = build_.at(first_look + between_looks).snapshot();
        return tree;
    }

  private:
    static Pid pid_of(int actor) { return first_pid + actor; }
    int last() const { return static_cast<int>(watches_.size()) - 1; }

    void add_actor(int i) {
        const int parent = (i - 1) / children_of_each;
        build_.actor(pid_of(i), "worker " + std::to_string(i))
            .child_of(i ? pid_of(parent) : 1)
            .argv({"/usr/bin/worker", "--number", std::to_string(i)})
            .started(10s)
            .cpu(1s);
    }

    /// A descriptor of `end`, watched like all.
    void give(int actor, EndId end) {
        std::vector<facts::Watch> &watches = watches_[static_cast<std::size_t>(actor)];
        const int fd = first_fd + static_cast<int>(watches.size());
        watches.push_back(support::reads(fd));
        build_.actor(pid_of(actor)).hold(fd, end);
    }

    /// Returns the end of `one`; the next one is that of `other`.
    EndId connect(int one, int other, facts::ChannelKind kind) {
        const EndId own = next_end_;
        next_end_ += 2;
        if (kind == facts::ChannelKind::tcp)
            build_.tcp(own, address(own), own + 1, address(own + 1));
        else
            build_.unix_pair(own, own + 1);
        build_.end(own).kind(kind).received(3, 50s);
        build_.end(own + 1).kind(kind).received(3, 50s);
        give(one, own);
        give(other, own + 1);
        return own;
    }

    static std::string address(EndId end) { return "127.0.0.1:" + std::to_string(end); }

    void connect_all(int i) {
        using Kind = facts::ChannelKind;
        const int parent = i ? (i - 1) / children_of_each : last();
        upward_ = connect(i, parent, Kind::tcp);
        connect(i, parent, Kind::unix_stream);
        connect(i, parent, Kind::pipe);
        connect(i, 0, Kind::tcp);
        for (int k = 4; k < channels_of_each; ++k) {
            const int partner = (i + k * stride) % (last() + 1);
            connect(i, partner, k % 2 ? Kind::tcp : Kind::unix_stream);
        }
        if (is_busy(i))
            build_.end(upward_).unread(request, stalled_at);
        if (i % every_so_many == 0)
            build_.end(upward_).unread(request, first_look);
    }

    /// Of the last one, that was connected last.
    void forget_the_last_channel() {
        build_.end(upward_).unread(request, stalled_at);
        const auto &holds = build_.actor(pid_of(last())).get().holds;
        const int fd = std::ranges::find(holds, upward_, &facts::Hold::end)->fd;
        std::erase_if(watches_.back(), [fd](const facts::Watch &watch) { return watch.fd == fd; });
    }

    void let_wait(int i) {
        if (is_busy(i)) {
            build_.actor(pid_of(i)).thread(support::in_nothing());
            return;
        }
        build_.actor(pid_of(i))
            .thread(support::in_epoll(std::move(watches_[static_cast<std::size_t>(i)])))
            .thread_at(0)
            .asleep(60s);
    }

    std::vector<std::vector<facts::Watch>> watches_; ///< of each actor
    support::SnapshotBuilder build_;
    EndId next_end_ = 1;
    EndId upward_ = 0; ///< the latest actor's end of the channel to its parent
};

} // namespace

WedgedTree wedged_tree(int actors) {
    return Grower(actors).take();
}

} // namespace bench
