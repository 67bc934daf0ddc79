// SPDX-License-Identifier: GPL-2.0-only
#include "recording/writer.h"

#include "recording/meta_rows.h"
#include "recording/redact.h"
#include "recording/redact_text.h"
#include "recording/schema.h"
#include "recording/sql.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <variant>

namespace unwedge::recording {
namespace {

constexpr int page_size = 4096;

EventRow row_of(const facts::Forked &event) {
    return {.at = event.at,
            .kind = EventKind::fork,
            .pid = event.parent,
            .child = event.child,
            .comm = event.comm};
}

EventRow row_of(const facts::Executed &event) {
    return {.at = event.at,
            .kind = EventKind::exec,
            .pid = event.pid,
            .comm = event.comm,
            .argv = event.argv,
            .argv_whole = event.argv_whole};
}

EventRow row_of(const facts::Exited &event) {
    return {.at = event.at, .kind = EventKind::exit, .pid = event.pid, .status = event.status};
}

EventRow row_of(const facts::StallBegan &event) {
    return {.at = event.at,
            .kind = EventKind::stall_begin,
            .end = event.end,
            .unread = event.unread,
            .since = event.since};
}

EventRow row_of(const facts::StallEnded &event) {
    return {.at = event.at, .kind = EventKind::stall_end, .end = event.end, .since = event.since};
}

/// "a b c" as it would be had each word been redacted.
std::string redacted_title(std::string_view title) {
    Words words;
    for (std::size_t begin = 0; begin <= title.size();) {
        const std::size_t end = std::min(title.find(' ', begin), title.size());
        words.emplace_back(title.substr(begin, end - begin));
        begin = end + 1;
    }
    return fmt::format("{}", fmt::join(redacted(std::move(words)), " "));
}

} // namespace

struct Writer::Impl {
    SQLite::Database database;
    bool redact;
    std::map<std::string_view, SQLite::Statement> inserts;
    LookId looks = 0;

    Impl(const std::string &path, bool redacts)
        : database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOFOLLOW),
          redact(redacts) {}

    void prepare(std::uint64_t most_bytes);
    void make_tables();
    void prepare_inserts();
    template <typename Row>
    void insert(Row row);
    void insert_look(const Look &look);
    void insert_doings(LookId id, facts::Pid pid, const facts::Doings &doings);
    void insert_actor(LookId id, const facts::Actor &actor);
    void insert_thread(LookId id, facts::Pid pid, const facts::Thread &thread);
    void insert_end(LookId id, const facts::End &end);
    void insert_diagnosis(LookId id, const diagnosis::Diagnosis &diagnosis);
    void insert_meta(const Meta &meta);
    bool in_transaction() const { return sqlite3_get_autocommit(database.getHandle()) == 0; }
};

/// Not synchronous: what the kernel was given survives this process, and a host that crashes has other
/// troubles. Alone, and so without a shared memory file, which could not be grown on a full disk.
void Writer::Impl::prepare(std::uint64_t most_bytes) {
    database.exec(fmt::format("PRAGMA page_size = {}", page_size));
    database.exec("PRAGMA locking_mode = EXCLUSIVE");
    database.exec("PRAGMA journal_mode = WAL");
    database.exec("PRAGMA synchronous = OFF");
    database.exec("PRAGMA temp_store = MEMORY");
    database.exec(
        fmt::format("PRAGMA max_page_count = {}", std::max<std::uint64_t>(64, most_bytes / page_size)));
}

void Writer::Impl::make_tables() {
    database.exec("BEGIN");
    database.exec(fmt::format("PRAGMA application_id = {}", application_id));
    database.exec(fmt::format("PRAGMA user_version = {}", schema_version));
    for (const auto &[table, create] : schema())
        database.exec(create);
    prepare_inserts();
}

void Writer::Impl::prepare_inserts() {
    for_each_table([this](auto row) {
        Describer describer;
        columns(describer, row);
        inserts.emplace(std::piecewise_construct, std::forward_as_tuple(row.table),
                        std::forward_as_tuple(database, describer.template insert<decltype(row)>()));
    });
}

template <typename Row>
void Writer::Impl::insert(Row row) {
    if (!in_transaction())
        database.exec("BEGIN");
    SQLite::Statement &statement = inserts.at(Row::table);
    statement.reset();
    Binder binder(statement);
    columns(binder, row);
    statement.exec();
}

void Writer::Impl::insert_meta(const Meta &meta) {
    Meta told = meta;
    if (redact && told.command)
        told.command->argv = redacted(std::move(told.command->argv));
    for (MetaRow &row : rows_of(told))
        insert(std::move(row));
}

void Writer::Impl::insert_thread(LookId id, facts::Pid pid, const facts::Thread &thread) {
    const auto &watches = thread.wait.watches;
    insert(ThreadRow{id, pid, thread, watches.has_value()});
    if (watches)
        for (const facts::Watch &watch : *watches)
            insert(WatchRow{id, pid, thread.tid, watch});
}

void Writer::Impl::insert_doings(LookId id, facts::Pid pid, const facts::Doings &doings) {
    DoingsRow row{
        .look = id, .pid = pid, .any = doings.any, .last_deed = doings.last_deed, .deed = doings.deed};
    if (doings.first) {
        row.first_at = doings.first->at;
        row.first_kind = doings.first->kind;
    }
    insert(row);
    for (const auto &[end, conversation] : doings.conversations)
        insert(ConversationRow{id, pid, end, conversation});
}

void Writer::Impl::insert_actor(LookId id, const facts::Actor &actor) {
    ActorRow row{id, actor};
    if (redact) {
        row.actor.argv = redacted(std::move(row.actor.argv));
        // Who has not renamed itself has its arguments for a title, and these are known one by one.
        const bool is_argv = actor.title == fmt::format("{}", fmt::join(actor.argv, " "));
        row.actor.title =
            is_argv ? fmt::format("{}", fmt::join(row.actor.argv, " ")) : redacted_title(actor.title);
    }
    insert(std::move(row));
    for (const facts::CpuReading &reading : actor.earlier_cpu)
        insert(ReadingRow{id, actor.pid, reading});
    for (const facts::Watch &watch : actor.idle_watches)
        insert(WatchRow{id, actor.pid, 0, watch});
    if (actor.doings)
        insert_doings(id, actor.pid, *actor.doings);
    if (actor.cpu_limit)
        insert(LimitRow{id, actor.pid, *actor.cpu_limit});
    for (const facts::Thread &thread : actor.threads)
        insert_thread(id, actor.pid, thread);
    for (const facts::Hold &hold : actor.holds)
        insert(HoldRow{id, actor.pid, hold});
}

void Writer::Impl::insert_end(LookId id, const facts::End &end) {
    insert(EndRow{id, end, end.delays.has_value()});
    if (!end.delays)
        return;
    for (std::size_t bucket = 0; bucket < end.delays->buckets.size(); ++bucket)
        if (const std::uint64_t count = end.delays->buckets.at(bucket))
            insert(DelayRow{id, end.id, static_cast<std::int64_t>(bucket), count});
}

void Writer::Impl::insert_diagnosis(LookId id, const diagnosis::Diagnosis &diagnosis) {
    for (const diagnosis::WaitEdge &edge : diagnosis.waits)
        insert(WaitRow{id, edge});
    std::int64_t number = 0;
    for (const diagnosis::Verdict &verdict : diagnosis.verdicts) {
        insert(VerdictRow{id, ++number, verdict});
        for (const diagnosis::Evidence &evidence : verdict.evidence)
            insert(EvidenceRow{id, number, evidence});
    }
    for (const diagnosis::Note &note : diagnosis.notes)
        insert(NoteRow{id, note});
    for (const auto &[pid, health] : diagnosis.health)
        insert(HealthRow{id, pid, health});
}

void Writer::Impl::insert_look(const Look &look) {
    const LookId id = ++looks;
    insert(LookRow{id, look});
    for (const auto &[pid, actor] : look.snapshot.actors)
        insert_actor(id, actor);
    for (const auto &[end_id, end] : look.snapshot.ends)
        insert_end(id, end);
    for (const facts::Listener &listener : look.snapshot.listeners)
        insert(ListenerRow{id, listener});
    for (const auto &[counter, count] : look.snapshot.losses)
        insert(LossRow{id, counter, count});
    for (const std::string &text : look.snapshot.hidden)
        insert(HiddenRow{id, text});
    insert_diagnosis(id, look.diagnosis);
}

/// SQLiteCpp throws; nothing of ours does.
template <typename Write>
Result<void> Writer::attempt(Write write) {
    try {
        write();
        return {};
    } catch (const SQLite::Exception &refused) {
        return Error{refused.what(), sqlite3_system_errno(impl_->database.getHandle())};
    } catch (const std::exception &failed) {
        return Error{failed.what(), 0};
    }
}

Writer::Writer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Writer::Writer(Writer &&) noexcept = default;
Writer &Writer::operator=(Writer &&) noexcept = default;
Writer::~Writer() = default;

Result<Writer> Writer::create(const std::string &path, const Meta &meta, bool redact,
                              std::uint64_t most_bytes) {
    try {
        auto impl = std::make_unique<Impl>(path, redact);
        impl->prepare(most_bytes);
        impl->make_tables();
        impl->insert_meta(meta);
        impl->database.exec("COMMIT");
        return Writer(std::move(impl));
    } catch (const std::exception &refused) {
        return Error{refused.what(), 0};
    }
}

Result<void> Writer::add(const facts::Event &event) {
    return attempt([&] {
        EventRow row = std::visit([](const auto &one) { return row_of(one); }, event);
        if (impl_->redact && row.argv)
            row.argv = redacted(std::move(*row.argv));
        impl_->insert(std::move(row));
    });
}

Result<void> Writer::add(const Look &look) {
    return attempt([&] { impl_->insert_look(look); });
}

Result<void> Writer::add(const Sample &sample) {
    return attempt([&] { impl_->insert(SampleRow{sample}); });
}

Result<void> Writer::add(const Output &output) {
    return attempt([&] {
        OutputRow row{output};
        if (impl_->redact)
            row.output.text = redacted_output(row.output.text);
        impl_->insert(std::move(row));
    });
}

Result<void> Writer::add(facts::Pid pid, const facts::History &history) {
    return attempt([&] {
        impl_->insert(FlightRow{pid, history.precision});
        std::uint64_t number = history.overwritten;
        for (const facts::FlightRecord &record : history.records)
            impl_->insert(RecordRow{pid, number++, record});
    });
}

Result<void> Writer::add(const Recording &recording) {
    Result<void> done;
    const auto add_all = [&](const auto &rows) {
        for (auto row = rows.begin(); done && row != rows.end(); ++row)
            done = add(*row);
    };
    add_all(recording.events);
    add_all(recording.samples);
    add_all(recording.output);
    add_all(recording.looks);
    for (auto actor = recording.flight.begin(); done && actor != recording.flight.end(); ++actor)
        done = add(actor->first, actor->second);
    return done;
}

Result<void> Writer::set(const Meta &meta) {
    return attempt([&] { impl_->insert_meta(meta); });
}

Result<void> Writer::commit() {
    return attempt([&] {
        if (impl_->in_transaction())
            impl_->database.exec("COMMIT");
    });
}

Result<void> Writer::copy_to(const std::string &path, const Meta &meta) {
    return attempt([&] {
        SQLite::Statement copying(impl_->database, "VACUUM INTO ?");
        copying.bind(1, path);
        copying.exec();
        Impl copy(path, impl_->redact);
        copy.prepare_inserts();
        copy.insert_meta(meta);
        copy.database.exec("COMMIT");
    });
}

Result<void> Writer::close() {
    if (Result<void> done = commit(); !done)
        return done;
    Result<void> done = attempt([&] {
        impl_->inserts.clear();
        impl_->database.exec("PRAGMA journal_mode = DELETE"); // takes the journal in, and removes it
    });
    impl_.reset();
    return done;
}

} // namespace unwedge::recording
