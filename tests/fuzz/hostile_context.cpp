// SPDX-License-Identifier: GPL-2.0-only
#include "hostile_context.h"

#include "report/samples.h"

#include <algorithm>
#include <iterator>
#include <vector>

namespace unwedge::fuzz {
namespace {

/// The input's texts, over and over: one line of attack reaches every place.
class Texts {
  public:
    explicit Texts(Feed &feed) {
        while (!feed.empty() && texts_.size() < 64)
            texts_.push_back(feed.text());
    }

    void into(std::string &text) {
        if (!texts_.empty())
            text = texts_[next_++ % texts_.size()];
    }

    void into(std::vector<std::string> &all) {
        for (std::string &text : all)
            into(text);
    }

    void into(std::map<std::string, std::uint64_t> &losses) {
        std::string counter = "lost";
        into(counter);
        losses[counter] = losses.size();
    }

  private:
    std::vector<std::string> texts_;
    std::size_t next_ = 0;
};

/// Bytes for enumerations, over and over as well.
class Dice {
  public:
    explicit Dice(Feed &feed) {
        for (unsigned char &one : thrown_)
            one = feed.value<unsigned char>();
    }

    /// A value of an enumeration up to `last`, or what it was.
    template <typename Enum>
    void into(Enum &value, Enum last) {
        const unsigned count = static_cast<unsigned>(last) + 1;
        if (const unsigned thrown = next() % (count + 1); thrown < count)
            value = static_cast<Enum>(thrown);
    }

    bool flag() { return next() & 1; }
    /// A time of at most three weeks.
    Nanos time() { return Nanos(std::int64_t{next()} * next() * next() * 100'000'000); }

  private:
    unsigned char next() { return thrown_[next_++ % std::size(thrown_)]; }

    unsigned char thrown_[12]{};
    std::size_t next_ = 0;
};

void change(facts::Thread &thread, Texts &texts, Dice &dice) {
    dice.into(thread.state, facts::ThreadState::unknown);
    dice.into(thread.wait.kind, facts::WaitKind::unknown);
    dice.into(thread.wait.timeout.kind, facts::Timeout::Kind::after);
    thread.wait.timeout.length = dice.time();
    if (dice.flag())
        thread.wait.on = thread.tid + 1;
    texts.into(thread.wait.call);
}

void change(facts::Actor &actor, Texts &texts, Dice &dice) {
    texts.into(actor.name);
    texts.into(actor.argv);
    texts.into(actor.comm);
    texts.into(actor.title);
    if (actor.profile)
        texts.into(*actor.profile);
    actor.exited = dice.flag() && dice.flag();
    actor.exit_status = dice.flag() ? 9 : 256;
    for (facts::Thread &thread : actor.threads)
        change(thread, texts, dice);
}

void change(facts::End &end, Texts &texts, Dice &dice) {
    texts.into(end.address);
    texts.into(end.remote_address);
    texts.into(end.state);
    dice.into(end.kind, facts::ChannelKind::pipe);
    end.peer_closed = dice.flag();
    end.leaves_host = dice.flag() && dice.flag();
    if (dice.flag())
        end.closed_since = dice.time();
}

void change(diagnosis::Verdict &verdict, Texts &texts, Dice &dice) {
    dice.into(verdict.kind, diagnosis::Kind::waiting);
    dice.into(verdict.role, diagnosis::Role::victim);
    dice.into(verdict.confidence, diagnosis::Confidence::inconclusive);
    dice.into(verdict.state, diagnosis::State::ended);
    if (verdict.blocked_on)
        dice.into(*verdict.blocked_on, diagnosis::BlockedOn::disk);
    if (dice.flag())
        verdict.blocked_by = verdict.pid + 1;
    for (auto &[fact, source] : verdict.evidence) {
        texts.into(fact);
        texts.into(source);
    }
    texts.into(verdict.fingerprint);
}

void change(diagnosis::Diagnosis &diagnosis, Texts &texts, Dice &dice) {
    for (diagnosis::Verdict &verdict : diagnosis.verdicts)
        change(verdict, texts, dice);
    for (diagnosis::WaitEdge &edge : diagnosis.waits)
        texts.into(edge.why);
    for (diagnosis::Note &note : diagnosis.notes)
        texts.into(note.text);
    for (auto &[pid, health] : diagnosis.health)
        dice.into(health, diagnosis::Health::dead);
}

/// Of a crowd, no more than make a report leave some out: the rest only takes time.
void thin(report::Context &context) {
    constexpr std::size_t crowd = 64;
    const auto is_named = [&](facts::Pid pid) {
        return std::ranges::any_of(context.diagnosis.verdicts,
                                   [pid](const diagnosis::Verdict &verdict) { return verdict.pid == pid; });
    };
    auto &actors = context.snapshot.actors;
    for (auto actor = actors.begin(); actor != actors.end() && actors.size() > crowd;)
        actor = actor == actors.begin() || is_named(actor->first) ? std::next(actor) : actors.erase(actor);
}

const std::vector<report::Context> &samples() {
    static const std::vector<report::Context> all = [] {
        std::vector<report::Context> contexts;
        for (auto &[name, context] : report::samples::all()) {
            contexts.push_back(context);
            thin(contexts.back());
        }
        return contexts;
    }();
    return all;
}

} // namespace

report::Context hostile_context(Feed &feed) {
    report::Context context = samples()[feed.value<unsigned char>() % samples().size()];
    Dice dice(feed);
    Texts texts(feed);
    for (auto &[pid, actor] : context.snapshot.actors)
        change(actor, texts, dice);
    for (auto &[id, end] : context.snapshot.ends)
        change(end, texts, dice);
    for (facts::Listener &listener : context.snapshot.listeners)
        texts.into(listener.address);
    texts.into(context.snapshot.losses);
    change(context.diagnosis, texts, dice);
    for (auto &[hook, mechanism] : context.hooks)
        texts.into(mechanism);
    if (context.command)
        texts.into(context.command->argv);
    for (std::string *text : {&context.host, &context.kernel, &context.at})
        texts.into(*text);
    return context;
}

} // namespace unwedge::fuzz
