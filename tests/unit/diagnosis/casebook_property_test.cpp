// SPDX-License-Identifier: GPL-2.0-only
// What holds of every diagnosis, whatever the snapshots say: random ones, coherent or not, one after another.
#include "diagnosis/casebook.h"

#include "diagnosis/scenes.h"

#include <gtest/gtest.h>

#include <csignal>
#include <random>

namespace unwedge::diagnosis {
namespace {

constexpr unsigned stories = 1000; ///< for each property
constexpr int steps_per_story = 40;
constexpr Pid first_pid = 10;
constexpr Pid last_pid = 13;
constexpr EndId last_end = 4;
constexpr int last_fd = 5;

/// A tree of few actors and channels that changes at random. Few, so that they meet.
class RandomTree {
  public:
    explicit RandomTree(unsigned seed) : random_(seed) {
        snapshot_.at = 100s;
        for (int i = 0; i < 40; ++i)
            change();
    }

    const facts::Snapshot &next() {
        snapshot_.at += Nanos(1ms) * one_of(50, 2000);
        for (int i = one_of(0, 3); i > 0; --i)
            change();
        return snapshot_;
    }

    facts::Snapshot &snapshot() { return snapshot_; }

  private:
    int one_of(int least, int most) { return std::uniform_int_distribution(least, most)(random_); }
    bool once_in(int times) { return one_of(1, times) == 1; }
    template <typename Value>
    Value any_of(std::initializer_list<Value> values) {
        return values.begin()[one_of(0, static_cast<int>(values.size()) - 1)];
    }
    Pid any_pid() { return one_of(first_pid, last_pid); }
    EndId any_end() { return static_cast<EndId>(one_of(1, static_cast<int>(last_end))); }
    int any_fd() { return one_of(3, last_fd); }
    Nanos any_length() { return any_of<Nanos>({0s, 1ms, 2s, 10s, 40s, 2h}); }
    Nanos any_past() { return snapshot_.at - any_of<Nanos>({0s, 100ms, 1s, 4s, 40s}); }

    facts::Source any_source() {
        return once_in(4) ? static_cast<facts::Source>(one_of(0, 4)) : facts::Source::channel;
    }

    facts::Timeout any_timeout() {
        return any_of({facts::Timeout::never(), facts::Timeout::never(), facts::Timeout::never(),
                       facts::Timeout::unknown(), facts::Timeout::after(any_length()),
                       facts::Timeout::left(any_length())});
    }

    facts::Wait any_wait() {
        facts::Wait wait;
        wait.kind = static_cast<WaitKind>(one_of(0, static_cast<int>(WaitKind::unknown)));
        if (once_in(2))
            wait.kind = any_of({WaitKind::epoll, WaitKind::read, WaitKind::write});
        wait.call = "call";
        wait.timeout = any_timeout();
        if (!once_in(8))
            wait.fd = any_fd();
        if (once_in(4))
            wait.timerfd = any_length();
        if (once_in(3))
            wait.on = any_pid();
        wait.source = any_source();
        if (!once_in(4))
            wait.lock_memory = any_of({"", "0:1:7"});
        if (facts::is_readiness_wait(wait.kind) && !once_in(6)) {
            wait.watches.emplace();
            for (int fd = 3; fd <= last_fd; ++fd)
                if (once_in(2))
                    wait.watches->push_back({fd, static_cast<facts::Interest>(one_of(0, 4)), once_in(4),
                                             any_source(), any_pid()});
        }
        return wait;
    }

    void change() {
        using Change = void (RandomTree::*)();
        (this->*any_of<Change>({&RandomTree::change_thread, &RandomTree::change_thread,
                                &RandomTree::change_actor, &RandomTree::change_holds, &RandomTree::change_end,
                                &RandomTree::change_end, &RandomTree::change_tracing}))();
    }

    void change_actor() {
        const Pid pid = any_pid();
        if (once_in(12)) {
            snapshot_.actors.erase(pid);
            return;
        }
        facts::Actor &actor = snapshot_.actors[pid];
        actor.pid = pid;
        actor.name = any_of({"worker 1", "worker 2", "parent", ""});
        if (once_in(4))
            actor.ppid = any_pid();
        if (once_in(10))
            actor.started = snapshot_.at; // the pid is used again
        if (once_in(6))
            actor.threads.clear();
        if (once_in(8))
            actor.cpu.reset();
        else
            actor.cpu = actor.cpu.value_or(Nanos{}) + any_of<Nanos>({0s, 0s, 10ms, 2s});
        actor.holds_io_uring = once_in(12);
        actor.holds_eventfd = once_in(4);
        actor.alarms = once_in(8) ? std::nullopt : std::optional(once_in(8));
        actor.listens_to_signals = once_in(4);
        actor.shared_memory = once_in(2) ? std::vector<std::string>{"0:1:7"} : std::vector<std::string>();
        actor.exited = once_in(10);
        actor.exit_status = actor.exited && once_in(2) ? std::optional(SIGKILL) : std::nullopt;
    }

    void change_thread() {
        facts::Actor &actor = snapshot_.actors[any_pid()];
        if (actor.pid == 0)
            return change_actor();
        if (actor.threads.empty() || (actor.threads.size() < 3 && once_in(4))) {
            actor.threads.emplace_back();
            actor.threads.back().tid = actor.pid + 100 * static_cast<Pid>(actor.threads.size() - 1);
        }
        const int last = static_cast<int>(actor.threads.size()) - 1;
        facts::Thread &thread = actor.threads[static_cast<std::size_t>(one_of(0, last))];
        thread.state = once_in(3)
                           ? static_cast<ThreadState>(one_of(0, static_cast<int>(ThreadState::unknown)))
                           : ThreadState::sleeping;
        thread.wait = any_wait();
        thread.switches += static_cast<std::uint64_t>(one_of(0, 2));
        thread.asleep = once_in(3) ? std::nullopt : std::optional(any_length());
        thread.run_delay = once_in(3) ? std::nullopt : std::optional(any_length());
    }

    void change_holds() {
        auto found = snapshot_.actors.find(any_pid());
        if (found == snapshot_.actors.end())
            return;
        std::vector<facts::Hold> &holds = found->second.holds;
        const int fd = any_fd();
        std::erase_if(holds, [fd](const facts::Hold &hold) { return hold.fd == fd; });
        if (!once_in(4))
            holds.push_back({fd, any_end()});
    }

    void change_end() {
        const EndId id = any_end();
        if (once_in(10)) {
            snapshot_.ends.erase(id);
            return;
        }
        facts::End &end = snapshot_.ends[id];
        end.id = id;
        end.peer = once_in(6) ? any_of<EndId>({0, 404}) : ((id - 1) ^ 1) + 1;
        end.kind = static_cast<facts::ChannelKind>(one_of(0, 3));
        if (once_in(4)) {
            end.unread.reset();
            end.unread_since.reset();
        } else if (once_in(2)) {
            end.unread = end.unread.value_or(0) + static_cast<std::uint64_t>(one_of(0, 100));
            if (!end.unread_since || once_in(3))
                end.unread_since = any_past();
        }
        end.unsent = static_cast<std::uint64_t>(one_of(0, 1) * 100);
        end.ever_received = any_of<std::optional<bool>>({std::nullopt, true, false});
        if (once_in(2))
            end.last_receive = any_past();
        if (once_in(2))
            end.last_send = any_past();
        if (once_in(4))
            end.last_arrival = any_past();
        end.longest_wait = once_in(4) ? any_length() : Nanos{};
        end.last_reader = once_in(3) ? std::optional(any_pid() + 100 * one_of(0, 2)) : std::nullopt;
        end.peer_closed = once_in(4);
    }

    void change_tracing() {
        if (once_in(12))
            snapshot_.last_loss = any_past();
        snapshot_.root = once_in(6) ? std::nullopt : std::optional(first_pid);
        snapshot_.receives_counted_since = once_in(3) ? std::nullopt : std::optional(any_past());
    }

    std::mt19937 random_;
    facts::Snapshot snapshot_;
};

bool stands(const Verdict &verdict) {
    return verdict.role == Role::culprit && verdict.state == State::confirmed;
}

bool convicts(const Verdict &verdict) {
    return stands(verdict) && verdict.confidence != Confidence::inconclusive;
}

void expect_sound(const Verdict &verdict, const facts::Snapshot &snapshot) {
    EXPECT_FALSE(verdict.evidence.empty());
    EXPECT_EQ(verdict.fingerprint.size(), 16U);
    EXPECT_LE(verdict.since, snapshot.at);
    if (verdict.state != State::confirmed) {
        EXPECT_LE(verdict.since, verdict.until);
        EXPECT_NE(verdict.confidence, Confidence::inconclusive);
        return;
    }
    auto actor = snapshot.actors.find(verdict.pid);
    EXPECT_NE(actor, snapshot.actors.end()) << "names an unknown actor";
    if (actor != snapshot.actors.end() && verdict.kind != Kind::lost_reply) {
        EXPECT_FALSE(actor->second.exited) << "names a dead actor";
    }
}

void expect_sound(const Diagnosis &diagnosis, const facts::Snapshot &snapshot) {
    std::set<Pid> culprits;
    std::set<Pid> sure;
    for (const Verdict &one : diagnosis.verdicts) {
        expect_sound(one, snapshot);
        if (stands(one)) {
            EXPECT_TRUE(culprits.insert(one.pid).second) << "two verdicts stand against one culprit";
        }
        if (convicts(one))
            sure.insert(one.pid);
    }
    for (const Verdict &one : diagnosis.verdicts) {
        if (one.role != Role::victim)
            continue;
        EXPECT_FALSE(sure.contains(one.pid)) << "a culprit is a victim";
        EXPECT_TRUE(sure.contains(one.final_blocker.value_or(0))) << "a victim without a culprit";
        EXPECT_NE(one.waits_on, one.pid) << "waits for itself";
    }
    EXPECT_EQ(diagnosis.wedged(), !sure.empty());
    for (const Note &note : diagnosis.notes)
        EXPECT_FALSE(note.text.empty());
}

/// Random stories, the same at each run. `step` is given the tree before each look.
template <typename Step, typename Check>
void run_stories(Step step, Check check) {
    for (unsigned seed = 1; seed <= stories; ++seed) {
        RandomTree tree(seed);
        Casebook casebook{Policy{}};
        for (int i = 0; i < steps_per_story; ++i) {
            tree.next();
            step(tree.snapshot());
            check(casebook.observe(tree.snapshot(), i % 7 == 0 ? Outlook::time_is_up : Outlook::more_looks),
                  tree.snapshot());
            if (testing::Test::HasFailure()) {
                FAIL() << "seed " << seed << ", step " << i;
            }
        }
        EXPECT_FALSE(casebook.finish(tree.snapshot().at).wedged());
    }
}

TEST(CasebookProperty, IsSoundWhateverTheSnapshotsSay) {
    std::map<Kind, int> convictions;
    int closed = 0;
    int proofs = 0;
    run_stories([](facts::Snapshot &) {},
                [&](const Diagnosis &diagnosis, const facts::Snapshot &snapshot) {
                    expect_sound(diagnosis, snapshot);
                    for (const Verdict &one : diagnosis.verdicts) {
                        convictions[one.kind] += one.confidence != Confidence::inconclusive;
                        closed += one.state != State::confirmed;
                        proofs += is_proof(one.kind);
                    }
                });
    for (const Kind kind : {Kind::stopped_consuming, Kind::blocked_loop, Kind::stopped, Kind::waiting})
        EXPECT_GT(convictions[kind], 10) << "the stories are too tame: " << name(kind);
    EXPECT_GT(closed, 10) << "the stories are too tame";
    EXPECT_GT(proofs, 10) << "the stories are too tame";
}

bool attends(const facts::Actor &actor, int fd) {
    return std::ranges::any_of(actor.threads, [fd](const facts::Thread &thread) {
        const facts::Wait &wait = thread.wait;
        if (wait.kind == WaitKind::read)
            return wait.fd == fd;
        return facts::is_readiness_wait(wait.kind) && wait.kind != WaitKind::io_uring && wait.watches &&
               std::ranges::any_of(*wait.watches, [fd](const facts::Watch &one) {
                   return one.fd == fd && one.read == facts::Interest::armed;
               });
    });
}

bool is_attended(const facts::Snapshot &snapshot, EndId id) {
    return std::ranges::any_of(snapshot.actors, [id](const auto &entry) {
        const facts::Actor &actor = entry.second;
        return !actor.exited && std::ranges::any_of(actor.holds, [&](const facts::Hold &hold) {
            return hold.end == id && attends(actor, hold.fd);
        });
    });
}

/// Reads every end that nobody attends.
void read_the_unattended(facts::Snapshot &snapshot) {
    snapshot.root.reset(); // who can never run again is accused all the same
    for (auto &[id, end] : snapshot.ends)
        if (!is_attended(snapshot, id)) {
            end.unread = 0;
            end.unread_since.reset();
        }
}

TEST(CasebookProperty, BlamesNobodyButTheStoppedWhereEveryEndIsAttendedOrRead) {
    int stopped = 0;
    run_stories(read_the_unattended, [&](const Diagnosis &diagnosis, const facts::Snapshot &) {
        for (const Verdict &one : diagnosis.verdicts) {
            EXPECT_TRUE(one.role == Role::victim || one.kind == Kind::stopped) << name(one.kind);
            stopped += one.kind == Kind::stopped;
        }
    });
    EXPECT_GT(stopped, 10) << "the stories are too tame to prove anything";
}

} // namespace
} // namespace unwedge::diagnosis
