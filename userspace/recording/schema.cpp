// SPDX-License-Identifier: GPL-2.0-only
#include "recording/schema.h"

#include "recording/rows.h"
#include "recording/sql.h"

#include <nlohmann/json.hpp>

namespace unwedge::recording {

std::string json_of(const Words &words) {
    return nlohmann::json(words).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Words words_of(const std::string &json) {
    const nlohmann::json parsed = nlohmann::json::parse(json, nullptr, false);
    if (!parsed.is_array())
        throw Damaged("an argument list is none");
    Words words;
    for (const nlohmann::json &word : parsed) {
        if (!word.is_string())
            throw Damaged("an argument list is none");
        words.push_back(word.get<std::string>());
    }
    return words;
}

std::vector<std::pair<std::string, std::string>> schema() {
    std::vector<std::pair<std::string, std::string>> tables;
    for_each_table([&tables](auto row) {
        Describer describer;
        columns(describer, row);
        tables.emplace_back(std::string(row.table), describer.create<decltype(row)>());
    });
    return tables;
}

} // namespace unwedge::recording
