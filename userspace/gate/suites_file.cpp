// SPDX-License-Identifier: GPL-2.0-only
#include "gate/suites_file.h"

#include "config/document.h"
#include "util/duration.h"

#include <fmt/format.h>

#include <functional>
#include <map>
#include <utility>

namespace unwedge::gate {
namespace {

using config::Document;
using config::text_of;
using config::texts_of;

constexpr std::int64_t most_retries = 100;

Result<void> take_text(std::string &into, const toml::node &node) {
    Result<std::string> text = text_of(node);
    if (!text)
        return text.error();
    into = *std::move(text);
    return {};
}

Result<void> take_texts(std::vector<std::string> &into, const toml::node &node) {
    Result<std::vector<std::string>> texts = texts_of(node);
    if (!texts)
        return texts.error();
    into = *std::move(texts);
    return {};
}

Result<void> take_duration(std::optional<Nanos> &into, const toml::node &node) {
    const Result<std::string> text = text_of(node);
    into = text ? parse_duration(*text) : std::nullopt;
    if (!into || *into <= Nanos{})
        return Error{R"(must be a time, "90s" or "5m")"};
    return {};
}

template <typename Number>
Result<void> take_number(std::optional<Number> &into, const toml::node &node, std::int64_t most) {
    const auto *number = node.as_integer();
    if (!number || number->get() < 0 || number->get() > most)
        return Error{fmt::format("must be a number from 0 to {}", most)};
    into = static_cast<Number>(number->get());
    return {};
}

/// Words, or a line for the shell.
Result<void> take_command(Suite &suite, const toml::node &node) {
    if (node.is_string()) {
        suite.argv = {"/bin/sh", "-c", ""};
        return take_text(suite.argv.back(), node);
    }
    Result<void> taken = take_texts(suite.argv, node);
    return taken ? taken : Result<void>(Error{"must be a line for the shell, or an array of its words"});
}

Result<void> take_environment(Suite &suite, const toml::node &node) {
    const toml::table *table = node.as_table();
    if (!table)
        return Error{"must be a table of variables: { NAME = \"value\" }"};
    for (const auto &[name, value] : *table) {
        const auto *text = value.as_string();
        if (!text || name.str().empty() || name.str().find('=') != std::string_view::npos)
            return Error{"must be a table of variables: { NAME = \"value\" }"};
        suite.environment.emplace_back(name.str(), text->get());
    }
    return {};
}

Result<void> take_tests(std::optional<Pattern> &into, const toml::node &node) {
    Result<Pattern> pattern = config::pattern_of(node);
    if (!pattern)
        return pattern.error();
    into = *std::move(pattern);
    return {};
}

template <typename Into>
using Keys = std::map<std::string, std::function<Result<void>(Into &, const toml::node &)>, std::less<>>;

const Keys<Source> &suite_keys() {
    static const Keys<Source> keys{
        {"name", [](Source &source, const auto &node) { return take_text(source.suite.name, node); }},
        {"command", [](Source &source, const auto &node) { return take_command(source.suite, node); }},
        {"pytest", [](Source &source, const auto &node) { return take_texts(source.pytest, node); }},
        {"ctest", [](Source &source, const auto &node) { return take_text(source.ctest, node); }},
        {"tests", [](Source &source, const auto &node) { return take_tests(source.ctest_tests, node); }},
        {"folder", [](Source &source, const auto &node) { return take_text(source.suite.folder, node); }},
        {"env", [](Source &source, const auto &node) { return take_environment(source.suite, node); }},
        {"timeout",
         [](Source &source, const auto &node) { return take_duration(source.suite.timeout, node); }},
        {"expect",
         [](Source &source, const auto &node) { return take_texts(source.suite.expectations, node); }},
        {"run-options",
         [](Source &source, const auto &node) { return take_texts(source.suite.run_options, node); }},
        {"skip",
         [](Source &source, const auto &node) { return take_text(source.suite.skip.emplace(), node); }},
        {"skip-status",
         [](Source &source, const auto &node) { return take_number(source.suite.skip_status, node, 255); }},
    };
    return keys;
}

const Keys<SuitesFile> &file_keys() {
    static const Keys<SuitesFile> keys{
        {"timeout", [](SuitesFile &file, const auto &node) { return take_duration(file.timeout, node); }},
        {"kill-after",
         [](SuitesFile &file, const auto &node) { return take_duration(file.kill_after, node); }},
        {"retries-on-hang",
         [](SuitesFile &file, const auto &node) {
             return take_number(file.retries_on_hang, node, most_retries);
         }},
        {"retries-on-failure",
         [](SuitesFile &file, const auto &node) {
             return take_number(file.retries_on_failure, node, most_retries);
         }},
        {"known", [](SuitesFile &file, const auto &node) { return take_text(file.known.emplace(), node); }},
    };
    return keys;
}

/// One key of a table, called `path` in Errors.
template <typename Into>
Result<void> take(const Document &document, const Keys<Into> &keys, Into &into, const std::string &path,
                  const toml::key &key, const toml::node &node) {
    const std::size_t line = key.source().begin.line;
    const auto known = keys.find(key.str());
    if (known == keys.end())
        return document.error(line, path, "is unknown here");
    if (Result<void> taken = known->second(into, node); !taken)
        return document.error(line, path, taken.error().message);
    return {};
}

/// What a suite must have and can't have together.
std::string_view problem_of(const Source &source) {
    const int kinds = (source.pytest.empty() ? 0 : 1) + (source.ctest.empty() ? 0 : 1);
    if (kinds == 2)
        return "has both pytest and ctest";
    if (kinds == 0 && source.suite.argv.empty() && !source.suite.skip)
        return "has none of command, pytest and ctest";
    if (source.ctest_tests && source.ctest.empty())
        return "has tests, which go with ctest only";
    if (!source.ctest.empty() && !source.suite.argv.empty())
        return "has a command, which does not go with ctest";
    if (kinds == 0 && source.suite.name.empty())
        return "has no name";
    return "";
}

Result<Source> source_of(const Document &document, const toml::node &node) {
    const std::size_t line = node.source().begin.line;
    const toml::table *table = node.as_table();
    if (!table)
        return document.error(line, "suite", "must be a table: [[suite]]");
    Source source;
    for (const auto &[key, value] : config::by_line(*table)) {
        const std::string path = fmt::format("suite.{}", key->str());
        if (Result<void> taken = take(document, suite_keys(), source, path, *key, *value); !taken)
            return taken.error();
    }
    if (const std::string_view problem = problem_of(source); !problem.empty())
        return document.error(line, "suite", problem);
    return source;
}

} // namespace

Result<SuitesFile> parse_suites(std::string_view text, const std::string &file) {
    const Result<Document> document = Document::parse(text, file);
    if (!document)
        return document.error();
    SuitesFile suites;
    for (const auto &[key, node] : config::by_line(document->root())) {
        const std::string word(key->str());
        if (word != "suite") {
            if (Result<void> taken = take(*document, file_keys(), suites, word, *key, *node); !taken)
                return taken.error();
            continue;
        }
        const toml::array *tables = node->as_array();
        if (!tables)
            return document->error(key->source().begin.line, word,
                                   "must be tables in double brackets: [[suite]]");
        for (const toml::node &one : *tables) {
            Result<Source> source = source_of(*document, one);
            if (!source)
                return source.error();
            suites.sources.push_back(*std::move(source));
        }
    }
    return suites;
}

} // namespace unwedge::gate
