// SPDX-License-Identifier: GPL-2.0-only
#include "gate/known.h"

#include "config/document.h"
#include "session/user_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <map>

namespace unwedge::gate {
namespace {

constexpr const char *usual_known_file = "unwedge-known.toml";

using config::Document;

/// A TOML date, or the same as a string.
Result<std::string> day_of(const toml::node &node) {
    const auto *date = node.as_date();
    if (!date)
        return Error{"must be a date: 2026-12-31"};
    const toml::date day = date->get();
    return fmt::format("{:04}-{:02}-{:02}", day.year, day.month, day.day);
}

Result<KnownWedge> wedge_of(const Document &document, const toml::node &node) {
    const std::size_t line = node.source().begin.line;
    const toml::table *table = node.as_table();
    if (!table)
        return document.error(line, "wedge", "must be a table: [[wedge]]");
    KnownWedge wedge;
    const std::map<std::string_view, std::string *> keys{{"fingerprint", &wedge.fingerprint},
                                                         {"name", &wedge.name},
                                                         {"note", &wedge.note},
                                                         {"until", &wedge.until}};
    for (const auto &[key, value] : config::by_line(*table)) {
        const std::string path = fmt::format("wedge.{}", key->str());
        const auto into = keys.find(key->str());
        if (into == keys.end())
            return document.error(key->source().begin.line, path, "is no key of a known wedge");
        Result<std::string> text = key->str() == "until" ? day_of(*value) : config::text_of(*value);
        if (!text)
            return document.error(key->source().begin.line, path, text.error().message);
        *into->second = *std::move(text);
    }
    for (const char *wanted : {"fingerprint", "name"})
        if (keys.at(wanted)->empty())
            return document.error(line, fmt::format("wedge.{}", wanted), "is missing");
    return wedge;
}

} // namespace

Result<KnownWedges> KnownWedges::parse(std::string_view text, const std::string &file) {
    const Result<Document> document = Document::parse(text, file);
    if (!document)
        return document.error();
    KnownWedges known;
    for (const auto &[key, node] : config::by_line(document->root())) {
        const std::size_t line = key->source().begin.line;
        const toml::array *tables = key->str() == "wedge" ? node->as_array() : nullptr;
        if (!tables)
            return document->error(line, key->str(), "a file of known wedges holds [[wedge]] tables");
        for (const toml::node &one : *tables) {
            Result<KnownWedge> wedge = wedge_of(*document, one);
            if (!wedge)
                return wedge.error();
            if (std::ranges::find(known.entries_, wedge->fingerprint, &KnownWedge::fingerprint) !=
                known.entries_.end())
                return document->error(one.source().begin.line, "wedge.fingerprint",
                                       "stands here for the second time");
            known.entries_.push_back(*std::move(wedge));
        }
    }
    return known;
}

const KnownWedge *KnownWedges::find(const std::vector<Culprit> &culprits) const {
    for (const Culprit &culprit : culprits) {
        const auto found = std::ranges::find(entries_, culprit.fingerprint, &KnownWedge::fingerprint);
        if (found != entries_.end())
            return &*found;
    }
    return nullptr;
}

Result<KnownWedges> read_known(const std::optional<std::string> &path,
                               const std::optional<session::Identity> &reader) {
    const std::string file = path.value_or(usual_known_file);
    const Result<std::string> text = session::read_user_file("--known", file, reader);
    if (!text && !path && text.error().code == ENOENT)
        return KnownWedges();
    if (!text)
        return text.error();
    return KnownWedges::parse(*text, file);
}

std::string today() {
    return wall_clock_now().substr(0, 10);
}

} // namespace unwedge::gate
