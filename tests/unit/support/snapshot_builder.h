// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/model.h"

#include <string>
#include <utility>
#include <vector>

/// Snapshots made by hand, for the tests of all that reads them:
///
///     SnapshotBuilder build(100s);
///     build.actor(11, "parent").child_of(10).hold(7, 2).thread(in_epoll({reads(7)}));
///     build.actor(12, "child").child_of(11).hold(9, 1).thread(in_epoll({}));
///     build.tcp(1, "127.0.0.1:4000", 2, "127.0.0.1:51234");
///     build.end(1).unread(165, 96'400ms);
///     diagnose(build.snapshot());
///
/// A builder may go on after snapshot(): move its clock, change what differs, take the next one.
namespace unwedge::support {

using namespace std::chrono_literals;

inline facts::Watch watch(int fd, facts::Interest interest) {
    return {fd, interest, false};
}
inline facts::Watch reads(int fd) {
    return watch(fd, facts::Interest::armed);
}

inline facts::Wait wait_in(facts::WaitKind kind, std::string call,
                           facts::Timeout timeout = facts::Timeout::never()) {
    facts::Wait wait;
    wait.kind = kind;
    wait.call = std::move(call);
    wait.timeout = timeout;
    return wait;
}

inline facts::Wait in_epoll(std::vector<facts::Watch> watches,
                            facts::Timeout timeout = facts::Timeout::never()) {
    facts::Wait wait = wait_in(facts::WaitKind::epoll, "epoll_wait", timeout);
    wait.watches = std::move(watches);
    return wait;
}

/// An epoll set that could not be read.
inline facts::Wait in_unread_epoll() {
    return wait_in(facts::WaitKind::epoll, "epoll_wait");
}

inline facts::Wait in_read(int fd) {
    facts::Wait wait = wait_in(facts::WaitKind::read, "recvfrom");
    wait.fd = fd;
    return wait;
}

inline facts::Wait in_write(int fd) {
    facts::Wait wait = wait_in(facts::WaitKind::write, "sendto");
    wait.fd = fd;
    return wait;
}

/// The same waits, where it is known that the descriptor is a channel's.
inline facts::Watch awaits(int fd) {
    return {fd, facts::Interest::armed, false, facts::Source::channel, std::nullopt};
}
inline facts::Wait of_channel(facts::Wait wait) {
    wait.source = facts::Source::channel;
    return wait;
}

/// For a lock in `memory` ("": the process's own).
inline facts::Wait in_lock(std::string memory) {
    facts::Wait wait = wait_in(facts::WaitKind::lock, "futex");
    wait.lock_memory = std::move(memory);
    return wait;
}

inline facts::Wait in_sleep(Nanos length) {
    return wait_in(facts::WaitKind::sleep, "clock_nanosleep", facts::Timeout::after(length));
}

inline facts::Wait in_wait4(std::optional<facts::Pid> child = std::nullopt) {
    facts::Wait wait = wait_in(facts::WaitKind::child, "wait4");
    wait.on = child;
    return wait;
}

inline facts::Wait in_futex(std::optional<facts::Pid> owner = std::nullopt,
                            facts::Timeout timeout = facts::Timeout::never()) {
    facts::Wait wait = wait_in(facts::WaitKind::lock, "futex", timeout);
    wait.on = owner;
    return wait;
}

/// On a CPU.
inline facts::Wait in_nothing() {
    return wait_in(facts::WaitKind::none, "");
}

class ThreadBuilder {
  public:
    explicit ThreadBuilder(facts::Thread &thread) : thread_(thread) {}

    ThreadBuilder &state(facts::ThreadState state) { return thread_.state = state, *this; }
    ThreadBuilder &wait(facts::Wait wait) { return thread_.wait = std::move(wait), *this; }
    ThreadBuilder &asleep(Nanos length) { return thread_.asleep = length, *this; }
    ThreadBuilder &idle(Nanos length) { return thread_.asleep = thread_.idle = length, *this; }
    ThreadBuilder &switches(std::uint64_t count) { return thread_.switches = count, *this; }
    ThreadBuilder &cpu(Nanos time) { return thread_.cpu = time, *this; }
    ThreadBuilder &run_delay(Nanos time) { return thread_.run_delay = time, *this; }
    facts::Thread &get() { return thread_; }

  private:
    facts::Thread &thread_;
};

class ActorBuilder {
  public:
    explicit ActorBuilder(facts::Actor &actor) : actor_(actor) {}

    ActorBuilder &child_of(facts::Pid parent) { return actor_.ppid = parent, *this; }
    ActorBuilder &session(facts::Pid leader) { return actor_.session = leader, *this; }
    ActorBuilder &argv(std::vector<std::string> words) { return actor_.argv = std::move(words), *this; }
    /// As the child of its parent: the same program, and no exec since.
    ActorBuilder &forked() { return actor_.forked = true, *this; }
    ActorBuilder &title(std::string text) { return actor_.title = std::move(text), *this; }
    ActorBuilder &comm(std::string text) { return actor_.comm = std::move(text), *this; }
    ActorBuilder &profile(std::string name) { return actor_.profile = std::move(name), *this; }
    ActorBuilder &started(Nanos when) { return actor_.started = when, *this; }
    ActorBuilder &cpu(Nanos time) { return actor_.cpu = time, *this; }
    ActorBuilder &hold(int fd, facts::EndId end) { return actor_.holds.push_back({fd, end}), *this; }
    /// Whether a timer runs that ends in a signal to it is known.
    ActorBuilder &alarms(bool some) { return actor_.alarms = some, *this; }
    ActorBuilder &listens_to_signals(bool some) { return actor_.listens_to_signals = some, *this; }
    /// Its flight records are known: it has done nothing yet.
    ActorBuilder &recorded() { return actor_.doings.emplace(), *this; }
    ActorBuilder &began_with(facts::FlightKind kind, Nanos at) {
        actor_.doings->any = true;
        actor_.doings->first = facts::FirstDeed{at, kind};
        actor_.doings->last_deed = at;
        return *this;
    }
    ActorBuilder &last_deed(Nanos at) {
        actor_.doings->any = true;
        actor_.doings->last_deed = at;
        return *this;
    }
    ActorBuilder &talked(facts::EndId end, facts::Conversation conversation) {
        actor_.doings->any = true;
        actor_.doings->conversations[end] = conversation;
        return *this;
    }
    ActorBuilder &io_uring() { return actor_.holds_io_uring = true, *this; }
    ActorBuilder &exited(int wait_status) {
        actor_.exited = true;
        actor_.exit_status = wait_status;
        actor_.threads.clear();
        actor_.holds.clear();
        return *this;
    }
    /// One more thread; the first is the main thread, and each has the next tid after the pid.
    ActorBuilder &thread(facts::Wait wait, facts::ThreadState state = facts::ThreadState::sleeping) {
        facts::Thread thread;
        thread.tid = actor_.pid + static_cast<facts::Pid>(actor_.threads.size());
        thread.state = wait.kind == facts::WaitKind::none ? facts::ThreadState::running : state;
        thread.wait = std::move(wait);
        actor_.threads.push_back(std::move(thread));
        return *this;
    }
    /// A thread made before, to change it; valid until the next thread() of this actor.
    ThreadBuilder thread_at(std::size_t index) { return ThreadBuilder(actor_.threads.at(index)); }
    facts::Actor &get() { return actor_; }

  private:
    facts::Actor &actor_;
};

class EndBuilder {
  public:
    explicit EndBuilder(facts::End &end) : end_(end) {}

    EndBuilder &kind(facts::ChannelKind kind) { return end_.kind = kind, *this; }
    EndBuilder &address(std::string local, std::string remote) {
        end_.address = std::move(local);
        end_.remote_address = std::move(remote);
        return *this;
    }
    EndBuilder &peer(facts::EndId peer) { return end_.peer = peer, *this; }
    EndBuilder &state(std::string state) { return end_.state = std::move(state), *this; }
    EndBuilder &unread(std::uint64_t bytes, std::optional<Nanos> since = std::nullopt) {
        end_.unread = bytes;
        end_.unread_since = since;
        return *this;
    }
    EndBuilder &unsent(std::uint64_t bytes) { return end_.unsent = bytes, *this; }
    EndBuilder &received(std::uint64_t messages, Nanos last) {
        end_.received = messages;
        end_.ever_received = messages > 0;
        end_.last_receive = last;
        return *this;
    }
    EndBuilder &sent(std::uint64_t messages, Nanos last) {
        end_.sent = messages;
        end_.last_send = last;
        return *this;
    }
    EndBuilder &last_reader(facts::Pid tid) { return end_.last_reader = tid, *this; }
    EndBuilder &longest_wait(Nanos length) { return end_.longest_wait = length, *this; }
    EndBuilder &peer_closed() { return end_.peer_closed = true, *this; }
    EndBuilder &leaves_host() { return end_.leaves_host = true, *this; }
    facts::End &get() { return end_; }

  private:
    facts::End &end_;
};

class SnapshotBuilder {
  public:
    explicit SnapshotBuilder(Nanos at = 100s) { snapshot_.at = at; }

    SnapshotBuilder &at(Nanos at) { return snapshot_.at = at, *this; }

    /// The actor of this pid, made if it isn't there.
    ActorBuilder actor(facts::Pid pid) {
        facts::Actor &actor = snapshot_.actors[pid];
        actor.pid = pid;
        return ActorBuilder(actor);
    }
    ActorBuilder actor(facts::Pid pid, std::string name) {
        ActorBuilder builder = actor(pid);
        builder.get().name = std::move(name);
        return builder;
    }

    /// The end of this id, made if it isn't there, with nothing unread.
    EndBuilder end(facts::EndId id) {
        const auto [found, is_new] = snapshot_.ends.try_emplace(id);
        if (is_new) {
            found->second.id = id;
            found->second.unread = 0;
            found->second.unsent = 0;
        }
        return EndBuilder(found->second);
    }

    /// A connection between two known ends.
    SnapshotBuilder &tcp(facts::EndId left, const std::string &left_address, facts::EndId right,
                         const std::string &right_address) {
        end(left).peer(right).address(left_address, right_address).state("ESTABLISHED");
        end(right).peer(left).address(right_address, left_address).state("ESTABLISHED");
        return *this;
    }
    SnapshotBuilder &unix_pair(facts::EndId left, facts::EndId right, const std::string &address = "") {
        end(left).kind(facts::ChannelKind::unix_stream).peer(right).address(address, "").state("ESTABLISHED");
        end(right).kind(facts::ChannelKind::unix_stream).peer(left).address("", address).state("ESTABLISHED");
        return *this;
    }
    /// A connection whose other end nobody in the tree holds.
    EndBuilder outside(facts::EndId id, const std::string &address, const std::string &remote_address) {
        return end(id).address(address, remote_address).state("ESTABLISHED");
    }

    SnapshotBuilder &listener(facts::EndId id, std::string address, std::uint32_t queued,
                              std::uint32_t limit) {
        snapshot_.listeners.push_back({id, std::move(address), queued, limit, true});
        return *this;
    }
    SnapshotBuilder &lost(const std::string &counter, std::uint64_t count, Nanos when) {
        snapshot_.losses[counter] = count;
        snapshot_.last_loss = when;
        return *this;
    }
    SnapshotBuilder &counts_receives_since(std::optional<Nanos> when) {
        snapshot_.receives_counted_since = when;
        return *this;
    }

    const facts::Snapshot &snapshot() const { return snapshot_; }
    facts::Snapshot &get() { return snapshot_; }

  private:
    facts::Snapshot snapshot_;
};

} // namespace unwedge::support
