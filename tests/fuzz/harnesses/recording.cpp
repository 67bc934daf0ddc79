// SPDX-License-Identifier: GPL-2.0-only
#include "formats/html/html.h"
#include "formats/perfetto/perfetto.h"
#include "formats/plain/github.h"
#include "formats/plain/junit.h"
#include "recording/merge.h"
#include "recording/reader.h"
#include "recording/rediagnose.h"
#include "recording/samples.h"
#include "recording/schema.h"
#include "recording/writer.h"
#include "report/json.h"
#include "report/text.h"

#include "feed.h"
#include "harness.h"
#include "oracle.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

/// A recording that was damaged: bytes of the file, its length, or values of its rows. What the reader takes
/// for a recording, all formats can show, and it can be merged with another one.
namespace unwedge::fuzz {
namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path &path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// A folder in memory where there is one, which goes with the process.
class Folder {
  public:
    Folder() {
        const fs::path memory = "/dev/shm";
        std::string pattern =
            (fs::exists(memory) ? memory : fs::temp_directory_path()) / "unwedge-fuzz.XXXXXX";
        require(::mkdtemp(pattern.data()) != nullptr, "there is a folder for the file");
        path_ = pattern;
    }
    Folder(const Folder &) = delete;
    Folder &operator=(const Folder &) = delete;
    ~Folder() { fs::remove_all(path_); }

    fs::path file() const { return path_ / "one.unwedge"; }

  private:
    fs::path path_;
};

const Folder &folder() {
    static const Folder one;
    return one;
}

std::string sound_file() {
    const recording::Recording sample = recording::samples::wedge();
    Result<recording::Writer> writer =
        recording::Writer::create(folder().file().string(), sample.meta, false, 1ULL << 30);
    require(static_cast<bool>(writer), "a sample can be written");
    require(static_cast<bool>(writer->add(sample)), "all of a sample can be written");
    require(static_cast<bool>(writer->close()), "a sample can be closed");
    return contents(folder().file());
}

void write(const std::string &bytes) {
    std::ofstream(folder().file(), std::ios::binary | std::ios::trunc) << bytes;
}

void damage_bytes(Feed &feed, std::string file) {
    if (feed.flag())
        file.resize(feed.value<std::uint32_t>() % (file.size() + 1));
    while (!feed.empty() && !file.empty()) {
        const std::size_t at = feed.value<std::uint32_t>() % file.size();
        file[at] = static_cast<char>(feed.value<std::uint8_t>());
    }
    write(file);
}

/// By SQLite itself, so that the file is whole and only what it says is not.
void damage_rows(Feed &feed, const std::string &file) {
    write(file);
    SQLite::Database database(folder().file().string(), SQLite::OPEN_READWRITE);
    database.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
    const auto tables = recording::schema();
    for (int edits = 0; edits < 20 && !feed.empty(); ++edits) {
        const std::string &table = tables[feed.value<std::uint8_t>() % tables.size()].first;
        SQLite::Statement columns(database, "SELECT name FROM pragma_table_info(?)");
        columns.bind(1, table);
        for (int skip = feed.value<std::uint8_t>() % 8; skip >= 0 && columns.executeStep(); --skip)
            ;
        if (!columns.hasRow())
            continue;
        SQLite::Statement update(database, "UPDATE " + table + " SET \"" + columns.getColumn(0).getString() +
                                               "\" = ? WHERE rowid % 3 = ?");
        columns.reset();
        if (feed.flag())
            update.bind(1, feed.text());
        else
            update.bind(1, feed.one_of<std::int64_t>({0, 1, 2, -1, 4242, INT64_MAX, INT64_MIN, 1LL << 32}));
        update.bind(2, feed.value<std::uint8_t>() % 3);
        try {
            update.exec();
        } catch (const SQLite::Exception &) { // the table itself refuses it
        }
    }
}

void check_all_formats(recording::Recording &recording) {
    const report::Context last = recording.last();
    require(is_harmless(report::to_text(last, {}), true), "a report is harmless");
    require(!nlohmann::json::parse(report::to_json(last), nullptr, false).is_discarded(),
            "JSON can be parsed again");
    require(formats::to_html(recording).find("<html") != std::string::npos, "there is a page");
    require(!formats::to_perfetto(recording).empty(), "there is a trace");
    require(formats::to_junit(recording).ends_with("</testsuites>\n"), "JUnit is whole");
    require(is_harmless(formats::to_github_annotations(recording), true), "annotations are harmless");
    (void)formats::to_github_summary(recording);
    require(recording::rediagnose(recording).size() == recording.looks.size(), "each look has an outcome");
}

/// With a sound one: their numbers, clocks and ends meet.
void check_merged(recording::Recording recording) {
    const Result<recording::Merged> merged =
        recording::merge({recording::samples::crowd(5, 20), std::move(recording)});
    if (!merged)
        return require(!merged.error().message.empty(), "what can't be merged says why");
    const recording::Recording &all = merged->recording;
    require(recording::rediagnose(all).size() == all.looks.size(), "each merged look has an outcome");
    require(is_harmless(report::to_text(all.last(), {}), true), "a merged report is harmless");
}

void check(std::string_view input) {
    static const std::string sound = sound_file();
    Feed feed(input);
    if (feed.flag())
        damage_rows(feed, sound);
    else
        damage_bytes(feed, sound);
    Result<recording::Recording> read = recording::read(folder().file().string());
    if (!read)
        return require(!read.error().message.empty(), "what can't be read says why");
    check_all_formats(*read);
    check_merged(std::move(*read));
}

const Registered registered({.name = "recording", .check = check});

} // namespace
} // namespace unwedge::fuzz
