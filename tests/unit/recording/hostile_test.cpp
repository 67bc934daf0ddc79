// SPDX-License-Identifier: GPL-2.0-only
#include "recording/files.h"
#include "recording/samples.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <fstream>

namespace unwedge::recording {
namespace {

class Hostile : public Files {
  protected:
    /// The wedge's file after `statements`; what reading says of it.
    std::string after(const std::string &statements) {
        write_file(samples::wedge(), path());
        {
            SQLite::Database database(path(), SQLite::OPEN_READWRITE);
            database.exec(statements);
        }
        const Result<Recording> read = recording::read(path());
        std::filesystem::remove(path());
        return read ? "" : read.error().message;
    }
};

TEST_F(Hostile, WhatIsNoRecordingIsRefused) {
    EXPECT_NE(after("PRAGMA application_id = 1").find("no recording"), std::string::npos);
    EXPECT_NE(after("PRAGMA user_version = 77").find("version 77"), std::string::npos);
    EXPECT_NE(after("DROP TABLE ends").find("table ends"), std::string::npos);
    std::ofstream(path()) << "this is no database, whatever it is called";
    EXPECT_FALSE(read(path()));
    EXPECT_FALSE(read(path("missing")));
    EXPECT_FALSE(std::filesystem::exists(path("missing")));
}

TEST_F(Hostile, NothingInItIsExecuted) {
    EXPECT_NE(after("DROP TABLE hidden; CREATE VIEW hidden AS SELECT 1 AS look, load_extension('x') AS text")
                  .find("table hidden"),
              std::string::npos);
    EXPECT_NE(after("ALTER TABLE meta ADD COLUMN more TEXT GENERATED ALWAYS AS (hex(value)) VIRTUAL")
                  .find("table meta"),
              std::string::npos);
    EXPECT_EQ(
        after("CREATE TABLE other (x); CREATE TRIGGER t AFTER INSERT ON other BEGIN DELETE FROM meta; END"),
        "")
        << "what is never asked for does no harm";
}

TEST_F(Hostile, WhatCantBeIsRefused) {
    for (const char *statement : {
             "UPDATE actors SET pid = 5000000000",
             "UPDATE threads SET state = 'confused'",
             "UPDATE looks SET look = look + 1",
             "UPDATE holds SET look = -1",
             "UPDATE evidence SET verdict = 1000",
             "UPDATE verdicts SET pid = 77777777",
             "UPDATE waits SET waiter = 77777777",
             "UPDATE actors SET argv = '{\"a\": 1}'",
             "UPDATE actors SET argv = '[1]'",
             "UPDATE actors SET argv = '[[[[['",
             "UPDATE watches SET tid = 1",
             "UPDATE looks SET at_ns = 9223372036854775807",
             "UPDATE ends SET longest_wait_ns = -9223372036854775808",
             "UPDATE meta SET value = '9223372036854775807' WHERE key = 'end_ns'",
             "DELETE FROM flights",
             "DELETE FROM meta WHERE key = 'begin_ns'",
             "INSERT INTO meta VALUES ('provoked.spec', 'stop')",
             "INSERT INTO meta VALUES ('provoked.spec', 'stop'), ('provoked.seed', '-1')",
             "INSERT INTO meta VALUES ('provoked.spec', 'stop'), ('provoked.seed', '9007199254740992')",
             "UPDATE meta SET value = 'soon' WHERE key = 'begin_ns'",
         })
        EXPECT_NE(after(statement), "") << statement;
}

/// Each byte of a page, and cut off at each page.
TEST_F(Hostile, DamageMakesAnErrorOrARecording) {
    write_file(samples::wedge(), path());
    std::ifstream file(path(), std::ios::binary);
    const std::string whole(std::istreambuf_iterator<char>(file), {});
    const auto read_as = [&](const std::string &bytes) {
        std::ofstream(path("damaged"), std::ios::binary) << bytes;
        (void)read(path("damaged"));
    };
    for (std::size_t length = 0; length < whole.size(); length += 1000)
        read_as(whole.substr(0, length));
    for (std::size_t at = 0; at < whole.size(); at += 211) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
        read_as(damaged);
    }
}

} // namespace
} // namespace unwedge::recording
