// SPDX-License-Identifier: GPL-2.0-only
#include "recording/schema.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace unwedge::recording {
namespace {

/// Each table has a row in docs/recording.md that names its columns in order, with a `?` where NULL may be.
TEST(RecordingDoc, ListsEveryColumn) {
    std::ifstream file(UNWEDGE_SOURCE_DIR "/docs/recording.md");
    const std::string page(std::istreambuf_iterator<char>(file), {});
    for (const auto &[table, create] : schema()) {
        std::string columns;
        for (std::size_t at = create.find('"'); at != std::string::npos;) {
            const std::size_t end = create.find('"', at + 1);
            const std::size_t next = create.find('"', end + 1);
            const bool known = create.substr(end, next - end).find("NOT NULL") != std::string::npos;
            columns +=
                (columns.empty() ? "`" : ", `") + create.substr(at + 1, end - at - 1) + (known ? "`" : "`?");
            at = next;
        }
        const std::size_t row = page.find("\n| `" + table + "` |");
        ASSERT_NE(row, std::string::npos) << table;
        const std::string line = page.substr(row, page.find('\n', row + 1) - row);
        EXPECT_TRUE(line.ends_with("| " + columns + " |")) << line << "\nshould end in\n" << columns;
    }
}

} // namespace
} // namespace unwedge::recording
