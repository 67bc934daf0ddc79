// SPDX-License-Identifier: GPL-2.0-only
#include "recording/reader.h"

#include "recording/meta_rows.h"
#include "recording/schema.h"
#include "recording/sound.h"
#include "recording/sql.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sqlite3.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <utility>

namespace unwedge::recording {
namespace {

constexpr int longest_value = 16 * 1024 * 1024; ///< bytes

namespace fs = std::filesystem;

/// What is read: the file itself, or, if it was not closed, a copy of it and its journal. SQLite wants to
/// write beside a journal, and there may be no room, or no right, to do so.
class Source {
  public:
    explicit Source(const std::string &path) : path_(path) {
        const fs::path journal = path + "-wal";
        std::error_code unreadable;
        if (fs::file_size(journal, unreadable) == 0 || unreadable)
            return;
        std::string pattern = fs::temp_directory_path() / "unwedge-report.XXXXXX";
        if (!::mkdtemp(pattern.data()))
            throw std::runtime_error(fmt::format("no temporary folder: {}", std::strerror(errno)));
        copies_ = pattern;
        path_ = copies_ / "copy";
        fs::copy_file(path, path_);
        fs::copy_file(journal, path_.string() + "-wal");
    }
    Source(const Source &) = delete;
    Source &operator=(const Source &) = delete;
    ~Source() {
        std::error_code unused;
        if (!copies_.empty())
            fs::remove_all(copies_, unused);
    }

    std::string path() const { return path_; }

  private:
    fs::path path_;
    fs::path copies_; ///< empty: there are none
};

/// Opened so that nothing in it can make SQLite do more than read tables.
class File {
  public:
    explicit File(const std::string &path) : source_(path), database_(source_.path(), SQLite::OPEN_READONLY) {
        sqlite3 *handle = database_.getHandle();
        int unused = 0;
        sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, &unused);
        sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, &unused);
        sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, &unused);
        sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, &unused);
        sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, longest_value);
        sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
        database_.exec("PRAGMA cell_size_check = ON");
        database_.exec("PRAGMA mmap_size = 0");
        check_version();
        check_tables();
    }

    /// Calls `take` with each row of its table, in the order in which they were written.
    template <typename Row, typename Take>
    void for_each(Take take) {
        const std::string_view order = Row::table == "records" ? "pid, number" : "rowid";
        SQLite::Statement rows(database_, fmt::format("SELECT * FROM {} ORDER BY {}", Row::table, order));
        while (rows.executeStep()) {
            Row row;
            Loader loader(rows);
            columns(loader, row);
            take(std::move(row));
        }
    }

    SQLite::Database &database() { return database_; }

  private:
    std::int64_t pragma(const char *name) {
        return database_.execAndGet(std::string("PRAGMA ") + name).getInt64();
    }
    void check_version() {
        if (pragma("application_id") != application_id)
            throw Damaged("it is no recording of unwedge");
        if (const std::int64_t version = pragma("user_version"); version != schema_version)
            throw Damaged(fmt::format("it is of version {}, and this unwedge reads version {}", version,
                                      schema_version));
    }
    /// What a table is comes from the file, too: it must be what we would have made.
    void check_tables() {
        for (const auto &[table, create] : schema()) {
            SQLite::Statement found(database_,
                                    "SELECT sql FROM sqlite_schema WHERE name = ? AND type = 'table'");
            found.bind(1, table);
            if (!found.executeStep() || !found.getColumn(0).isText() ||
                found.getColumn(0).getString() != create)
                throw Damaged("its table " + table + " is not as unwedge makes it");
        }
    }

    Source source_;
    SQLite::Database database_;
};

facts::Event event_of(EventRow row) {
    const auto pid = [](const std::optional<facts::Pid> &known) {
        if (!known)
            throw Damaged("an event is of nobody");
        return *known;
    };
    switch (row.kind) {
    case EventKind::fork: return facts::Forked{row.at, pid(row.pid), pid(row.child), row.comm.value_or("")};
    case EventKind::exec:
        return facts::Executed{row.at, pid(row.pid), row.comm.value_or(""),
                               std::move(row.argv).value_or(Words{}), row.argv_whole.value_or(false)};
    case EventKind::exit: return facts::Exited{row.at, pid(row.pid), row.status};
    case EventKind::stall_begin:
        return facts::StallBegan{row.at, row.end.value_or(0), row.unread.value_or(0),
                                 row.since.value_or(Nanos{})};
    case EventKind::stall_end: break;
    }
    return facts::StallEnded{row.at, row.end.value_or(0), row.since.value_or(Nanos{})};
}

/// The looks, to which the rows of all other tables belong.
class Looks {
  public:
    explicit Looks(File &file) {
        file.for_each<LookRow>([this](LookRow row) {
            if (row.id != static_cast<LookId>(looks_.size()) + 1)
                throw Damaged("its looks are not in order");
            looks_.push_back(std::move(row.look));
        });
    }

    Look &of(LookId id) {
        if (id < 1 || id > static_cast<LookId>(looks_.size()))
            throw Damaged("something belongs to a look that is not there");
        return looks_[static_cast<std::size_t>(id - 1)];
    }
    facts::Actor &actor(LookId id, facts::Pid pid) { return at(of(id).snapshot.actors, pid); }
    facts::End &end(LookId id, facts::EndId end) { return at(of(id).snapshot.ends, end); }
    std::vector<Look> take() { return std::move(looks_); }

  private:
    template <typename Map, typename Key>
    static typename Map::mapped_type &at(Map &map, const Key &key) {
        const auto found = map.find(key);
        if (found == map.end())
            throw Damaged("something belongs to an actor or an end that is not there");
        return found->second;
    }

    std::vector<Look> looks_;
};

void read_threads(File &file, Looks &looks) {
    file.for_each<ThreadRow>([&](ThreadRow row) {
        if (row.watches_known)
            row.thread.wait.watches.emplace();
        looks.actor(row.look, row.pid).threads.push_back(std::move(row.thread));
    });
    file.for_each<WatchRow>([&](const WatchRow &row) {
        facts::Actor &actor = looks.actor(row.look, row.pid);
        if (row.tid == 0) {
            actor.idle_watches.push_back(row.watch);
            return;
        }
        std::vector<facts::Thread> &threads = actor.threads;
        const auto thread = std::ranges::find(threads, row.tid, &facts::Thread::tid);
        if (thread == threads.end() || !thread->wait.watches)
            throw Damaged("a watch belongs to no wait");
        thread->wait.watches->push_back(row.watch);
    });
}

void read_ends(File &file, Looks &looks) {
    file.for_each<EndRow>([&](EndRow row) {
        if (row.delays_known)
            row.end.delays.emplace();
        const facts::EndId id = row.end.id;
        looks.of(row.look).snapshot.ends.emplace(id, std::move(row.end));
    });
    file.for_each<DelayRow>([&](const DelayRow &row) {
        std::optional<facts::Delays> &delays = looks.end(row.look, row.end).delays;
        if (!delays || row.bucket < 0 || row.bucket >= static_cast<std::int64_t>(delays->buckets.size()))
            throw Damaged("a delay is of no bucket");
        delays->buckets.at(static_cast<std::size_t>(row.bucket)) = row.count;
    });
    file.for_each<ListenerRow>(
        [&](ListenerRow row) { looks.of(row.look).snapshot.listeners.push_back(std::move(row.listener)); });
}

void read_actors(File &file, Looks &looks) {
    file.for_each<ActorRow>([&](ActorRow row) {
        const facts::Pid pid = row.actor.pid;
        looks.of(row.look).snapshot.actors.emplace(pid, std::move(row.actor));
    });
    file.for_each<ReadingRow>(
        [&](const ReadingRow &row) { looks.actor(row.look, row.pid).earlier_cpu.push_back(row.reading); });
    file.for_each<DoingsRow>([&](const DoingsRow &row) {
        facts::Doings &doings = looks.actor(row.look, row.pid).doings.emplace();
        doings.any = row.any;
        doings.last_deed = row.last_deed;
        doings.deed = row.deed;
        if (row.first_at && row.first_kind)
            doings.first = facts::FirstDeed{*row.first_at, *row.first_kind};
    });
    file.for_each<ConversationRow>([&](const ConversationRow &row) {
        std::optional<facts::Doings> &doings = looks.actor(row.look, row.pid).doings;
        if (!doings)
            throw Damaged("a conversation is of nobody");
        doings->conversations[row.end] = row.conversation;
    });
    file.for_each<LimitRow>(
        [&](LimitRow row) { looks.actor(row.look, row.pid).cpu_limit = std::move(row.limit); });
    read_threads(file, looks);
    file.for_each<HoldRow>(
        [&](const HoldRow &row) { looks.actor(row.look, row.pid).holds.push_back(row.hold); });
}

void read_diagnoses(File &file, Looks &looks) {
    file.for_each<WaitRow>(
        [&](WaitRow row) { looks.of(row.look).diagnosis.waits.push_back(std::move(row.edge)); });
    file.for_each<VerdictRow>(
        [&](VerdictRow row) { looks.of(row.look).diagnosis.verdicts.push_back(std::move(row.verdict)); });
    file.for_each<EvidenceRow>([&](EvidenceRow row) {
        std::vector<diagnosis::Verdict> &verdicts = looks.of(row.look).diagnosis.verdicts;
        if (row.verdict < 1 || row.verdict > static_cast<std::int64_t>(verdicts.size()))
            throw Damaged("evidence belongs to no verdict");
        verdicts[static_cast<std::size_t>(row.verdict - 1)].evidence.push_back(std::move(row.evidence));
    });
    file.for_each<NoteRow>(
        [&](NoteRow row) { looks.of(row.look).diagnosis.notes.push_back(std::move(row.note)); });
    file.for_each<HealthRow>(
        [&](const HealthRow &row) { looks.of(row.look).diagnosis.health[row.pid] = row.health; });
}

std::vector<Look> read_looks(File &file) {
    Looks looks(file);
    read_actors(file, looks);
    read_ends(file, looks);
    file.for_each<LossRow>(
        [&](const LossRow &row) { looks.of(row.look).snapshot.losses[row.counter] = row.count; });
    file.for_each<HiddenRow>(
        [&](HiddenRow row) { looks.of(row.look).snapshot.hidden.push_back(std::move(row.text)); });
    read_diagnoses(file, looks);
    return looks.take();
}

void read_flights(File &file, std::map<facts::Pid, facts::History> &flight) {
    file.for_each<FlightRow>([&](const FlightRow &row) { flight[row.pid].precision = row.precision; });
    file.for_each<RecordRow>([&](const RecordRow &row) {
        const auto history = flight.find(row.pid);
        if (history == flight.end())
            throw Damaged("a record is of nobody");
        if (history->second.records.empty())
            history->second.overwritten = row.number;
        history->second.records.push_back(row.record);
    });
}

Recording read_all(const std::string &path) {
    File file(path);
    // One view of it, should somebody still write.
    const SQLite::Transaction at_one_instant(file.database());
    std::map<std::string, std::string> meta;
    file.for_each<MetaRow>([&](MetaRow row) { meta[std::move(row.key)] = std::move(row.value); });
    Recording recording{.meta = meta_of(meta)};
    file.for_each<EventRow>([&](EventRow row) { recording.events.push_back(event_of(std::move(row))); });
    file.for_each<SampleRow>([&](const SampleRow &row) { recording.samples.push_back(row.sample); });
    file.for_each<OutputRow>([&](OutputRow row) { recording.output.push_back(std::move(row.output)); });
    read_flights(file, recording.flight);
    recording.looks = read_looks(file);
    for (const Look &look : recording.looks)
        require_sound(look);
    return recording;
}

nlohmann::ordered_json value_json(const SQLite::Column &column) {
    if (column.isNull())
        return nullptr;
    if (column.isInteger())
        return column.getInt64();
    return column.getString();
}

/// What reading throws, as an Error that names the file.
template <typename Read>
auto attempt(const std::string &path, Read read_it) -> Result<decltype(read_it())> {
    try {
        return read_it();
    } catch (const std::exception &damaged) {
        return Error{fmt::format("cannot read '{}': {}", path, damaged.what()), 0};
    }
}

} // namespace

Result<Recording> read(const std::string &path) {
    return attempt(path, [&path] { return read_all(path); });
}

Result<void> read_lines(const std::string &path, const std::function<void(const std::string &)> &take) {
    const Result<bool> done = attempt(path, [&] {
        File file(path);
        const SQLite::Transaction at_one_instant(file.database());
        for (const auto &[table, create] : schema()) {
            SQLite::Statement rows(file.database(), "SELECT * FROM " + table);
            while (rows.executeStep()) {
                nlohmann::ordered_json line{{"table", table}};
                for (int i = 0; i < rows.getColumnCount(); ++i)
                    line[rows.getColumnName(i)] = value_json(rows.getColumn(i));
                take(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
            }
        }
        return true;
    });
    return done ? Result<void>() : done.error();
}

} // namespace unwedge::recording
