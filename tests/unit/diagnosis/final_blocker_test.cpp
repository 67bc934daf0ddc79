// SPDX-License-Identifier: GPL-2.0-only
// Whoever waits, however indirectly, for the one culprit names it: in chains, trees and graphs with several
// shortest ways, whatever the pids are.
#include "diagnosis/story.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <set>

namespace unwedge::diagnosis {
namespace {

constexpr int graphs_of_each_shape = 120;
constexpr unsigned orders_of_each_graph = 4;
constexpr int most_actors = 50;
constexpr int first_fd = 3;

enum class Shape { chain, tree, many_ways };

/// How an actor waits for the next one.
enum class Waiting { epoll, read, write, child };

struct Node {
    std::set<int> targets; ///< whom it waits for, each before it; several only in epoll
    Waiting waiting = Waiting::epoll;
};

/// Node 0 waits for nobody: it is the culprit.
using Graph = std::vector<Node>;

class RandomGraph {
  public:
    RandomGraph(Shape shape, int seed) : shape_(shape), random_(static_cast<unsigned>(seed)) {
        const int size = one_of(2, most_actors);
        while (static_cast<int>(graph_.size()) < size)
            graph_.push_back(any_node(static_cast<int>(graph_.size())));
    }

    const Graph &get() const { return graph_; }
    /// The pid of each node.
    std::vector<Pid> any_pids() {
        std::vector<Pid> pids(graph_.size());
        std::iota(pids.begin(), pids.end(), 10);
        std::ranges::shuffle(pids, random_);
        return pids;
    }

  private:
    int one_of(int least, int most) { return std::uniform_int_distribution(least, most)(random_); }

    Node any_node(int number) {
        Node node;
        if (number == 0)
            return node;
        node.targets.insert(shape_ == Shape::chain ? number - 1 : one_of(0, number - 1));
        for (int more = shape_ == Shape::many_ways ? one_of(0, 4) : 0; more > 0; --more)
            node.targets.insert(one_of(0, number - 1));
        // The first one is the sure victim of the unread end.
        if (node.targets.size() == 1 && number > 1)
            node.waiting = any_waiting(graph_[static_cast<std::size_t>(*node.targets.begin())].waiting);
        return node;
    }

    /// What is sent to who is blocked himself lies unread and is not his fault; so nobody is blocked sending
    /// to others.
    Waiting any_waiting(Waiting of_target) {
        const bool blocked = of_target == Waiting::read || of_target == Waiting::write;
        const auto any = static_cast<Waiting>(one_of(0, 3));
        return any == Waiting::write && !blocked ? Waiting::epoll : any;
    }

    Shape shape_;
    std::mt19937 random_;
    Graph graph_;
};

/// The graph as processes that are connected along its edges, those of the culprit and of who is in epoll all
/// watched, but the one that the culprit forgot: to its first waiter.
class Scenario {
  public:
    Scenario(const Graph &graph, std::vector<Pid> pids)
        : graph_(graph), pids_(std::move(pids)), watches_(graph.size()), own_fds_(graph.size()),
          build_(first_look) {
        build_.counts_receives_since(10s);
        for (int node = 0; node < size(); ++node)
            for (int target : graph_[index(node)].targets)
                connect(node, target);
        for (int node = 0; node < size(); ++node)
            idle_actor(build_, pids_[index(node)], "worker", wait_of(node));
    }

    SnapshotBuilder take() { return std::move(build_); }

  private:
    static std::size_t index(int node) { return static_cast<std::size_t>(node); }
    int size() const { return static_cast<int>(graph_.size()); }

    int give(int node, EndId end) {
        const int fd = first_fd + next_fd_++;
        build_.actor(pids_[index(node)]).hold(fd, end);
        return fd;
    }

    void connect(int node, int target) {
        const EndId own = next_end_++;
        const EndId other = next_end_++;
        if (own % 4 == 1)
            build_.tcp(own, "127.0.0.1:4000", other, "127.0.0.1:51234");
        else
            build_.unix_pair(own, other);
        own_fds_[index(node)] = give(node, own);
        watches_[index(node)].push_back(reads(own_fds_[index(node)]));
        const int fd = give(target, other);
        const bool forgotten = node == 1;
        if (!forgotten)
            watches_[index(target)].push_back(reads(fd));
        if (forgotten || graph_[index(node)].waiting == Waiting::write)
            build_.end(other).unread(165, stalled_at);
    }

    facts::Wait wait_of(int node) {
        const Node &self = graph_[index(node)];
        switch (self.waiting) {
        case Waiting::epoll: break;
        case Waiting::read: return in_read(own_fds_[index(node)]);
        case Waiting::write: return in_write(own_fds_[index(node)]);
        case Waiting::child: return in_wait4(pids_[index(*self.targets.begin())]);
        }
        return in_epoll(watches_[index(node)]);
    }

    const Graph &graph_;
    std::vector<Pid> pids_;
    std::vector<std::vector<facts::Watch>> watches_;
    std::vector<int> own_fds_; ///< by which each waits; any, where it waits for several
    SnapshotBuilder build_;
    EndId next_end_ = 1;
    int next_fd_ = 0;
};

struct Tally {
    int graphs = 0;
    int ties = 0; ///< actors with several next steps that are equally near
};

/// How many steps each is away from the culprit along `waits`.
std::map<Pid, int> distances(const std::vector<WaitEdge> &waits, Pid culprit) {
    std::map<Pid, int> known{{culprit, 0}};
    for (int distance = 1; distance <= most_actors; ++distance)
        for (const WaitEdge &edge : waits)
            if (auto to = known.find(edge.to); to != known.end() && to->second == distance - 1)
                known.try_emplace(edge.from, distance);
    return known;
}

int ties_of(const std::vector<WaitEdge> &waits, const std::map<Pid, int> &away) {
    std::map<Pid, std::set<Pid>> next;
    for (const WaitEdge &edge : waits)
        if (away.at(edge.to) + 1 == away.at(edge.from))
            next[edge.from].insert(edge.to);
    return static_cast<int>(
        std::ranges::count_if(next, [](const auto &one) { return one.second.size() > 1; }));
}

/// All but the culprit are its victims, and each one's next step is on a shortest way to it.
void expect_one_blocker(const Diagnosis &diagnosis, const std::vector<Pid> &pids, Tally &tally) {
    const Pid culprit = pids.front();
    const std::map<Pid, int> away = distances(diagnosis.waits, culprit);
    std::set<Pid> told;
    for (const Verdict &one : diagnosis.verdicts) {
        EXPECT_TRUE(told.insert(one.pid).second) << one.pid << " is told of twice";
        if (one.role == Role::culprit) {
            EXPECT_EQ(one.pid, culprit);
            continue;
        }
        EXPECT_EQ(one.final_blocker, culprit) << "by " << one.pid;
        ASSERT_TRUE(one.waits_on && away.contains(*one.waits_on));
        EXPECT_EQ(away.at(*one.waits_on) + 1, away.at(one.pid)) << one.pid << " goes a longer way";
    }
    EXPECT_EQ(told, std::set<Pid>(pids.begin(), pids.end()));
    tally.ties += ties_of(diagnosis.waits, away);
}

Tally try_all(Shape shape) {
    Tally tally;
    for (int seed = 1; seed <= graphs_of_each_shape; ++seed) {
        RandomGraph graph(shape, seed);
        ++tally.graphs;
        for (unsigned order = 0; order < orders_of_each_graph; ++order) {
            const std::vector<Pid> pids = graph.any_pids();
            const Story story = wedge(Scenario(graph.get(), pids).take());
            expect_one_blocker(story.latest(), pids, tally);
            if (testing::Test::HasFailure()) {
                ADD_FAILURE() << "seed " << seed << ", order " << order;
                return tally;
            }
        }
    }
    return tally;
}

TEST(FinalBlocker, IsTheSameForAllInAChain) {
    EXPECT_EQ(try_all(Shape::chain).graphs, graphs_of_each_shape);
}

TEST(FinalBlocker, IsTheSameForAllInATree) {
    EXPECT_EQ(try_all(Shape::tree).graphs, graphs_of_each_shape);
}

TEST(FinalBlocker, IsTheSameForAllByWhicheverOfTheShortestWays) {
    EXPECT_GT(try_all(Shape::many_ways).ties, 1000) << "the graphs are too tame";
}

} // namespace
} // namespace unwedge::diagnosis
