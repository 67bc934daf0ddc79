// SPDX-License-Identifier: GPL-2.0-only
#include "profiles/profiles.h"

#include "config/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

namespace unwedge::profiles {
namespace {

using config::by_line;
using config::flag_of;
using config::text_of;

Result<void> take_text(std::optional<std::string> &into, const toml::node &node) {
    Result<std::string> text = text_of(node);
    if (!text)
        return text.error();
    into = *std::move(text);
    return {};
}

Result<void> take_pattern(std::optional<Pattern> &into, const toml::node &node) {
    Result<Pattern> pattern = config::pattern_of(node);
    if (!pattern)
        return pattern.error();
    into = *std::move(pattern);
    return {};
}

/// A pattern for all of a program's name.
Result<void> take_program(std::optional<Pattern> &into, const toml::node &node) {
    if (Result<void> valid = take_pattern(into, node); !valid)
        return valid;
    Result<Pattern> whole = Pattern::compile(fmt::format("^({})$", node.as_string()->get()));
    if (!whole)
        return whole.error();
    into = *std::move(whole);
    return {};
}

Result<void> take_channel(Rule &rule, const toml::node &node) {
    static const std::map<std::string, Wanted> words{
        {"any", Wanted::any}, {"tcp", Wanted::tcp}, {"unix", Wanted::unix_socket}, {"pipe", Wanted::pipe}};
    const Result<std::string> word = text_of(node);
    const auto wanted = word ? words.find(*word) : words.end();
    if (wanted == words.end())
        return Error{R"(must be "any", "tcp", "unix" or "pipe")"};
    rule.channel = wanted->second;
    return {};
}

Result<void> take_forked(Rule &rule, const toml::node &node) {
    const Result<bool> flag = flag_of(node);
    if (!flag)
        return flag.error();
    rule.forked = *flag;
    return {};
}

/// That a program is another one than its parent's is nothing to recognise an actor by.
Result<void> take_same_program(Rule &rule, const toml::node &node) {
    const Result<bool> flag = flag_of(node);
    if (!flag || !*flag)
        return Error{"must be true"};
    rule.same_program = true;
    return {};
}

/// A rule while it is read. What its name refers to is known only when all else has been.
struct Draft {
    Rule rule;
    const toml::node *name = nullptr;
};

using Take = std::function<Result<void>(Draft &, const toml::node &)>;

const std::map<std::string, Take, std::less<>> &keys() {
    static const std::map<std::string, Take, std::less<>> keys{
        {"profile", [](Draft &draft, const auto &node) { return take_text(draft.rule.profile, node); }},
        {"program", [](Draft &draft, const auto &node) { return take_program(draft.rule.program, node); }},
        {"argv", [](Draft &draft, const auto &node) { return take_pattern(draft.rule.argv, node); }},
        {"title", [](Draft &draft, const auto &node) { return take_pattern(draft.rule.title, node); }},
        {"comm", [](Draft &draft, const auto &node) { return take_pattern(draft.rule.comm, node); }},
        {"parent", [](Draft &draft, const auto &node) { return take_text(draft.rule.parent, node); }},
        {"parent_program",
         [](Draft &draft, const auto &node) { return take_program(draft.rule.parent_program, node); }},
        {"parent_argv",
         [](Draft &draft, const auto &node) { return take_pattern(draft.rule.parent_argv, node); }},
        {"channel", [](Draft &draft, const auto &node) { return take_channel(draft.rule, node); }},
        {"forked", [](Draft &draft, const auto &node) { return take_forked(draft.rule, node); }},
        {"same_program", [](Draft &draft, const auto &node) { return take_same_program(draft.rule, node); }},
        {"name",
         [](Draft &draft, const auto &node) {
             draft.name = &node;
             return Result<void>();
         }},
    };
    return keys;
}

class Reader {
  public:
    explicit Reader(const config::Document &document) : document_(document) {}

    Result<std::vector<Rule>> read() const;

  private:
    Error error(std::size_t line, std::string_view key, std::string_view what) const {
        return document_.error(line, key, what);
    }
    Result<Rule> rule(const toml::node &node) const;
    Result<void> finish(Draft &draft, toml::source_index line) const;

    const config::Document &document_;
};

Result<void> Reader::finish(Draft &draft, toml::source_index line) const {
    if (!draft.name)
        return error(line, "rule.name", "is missing");
    std::size_t groups = 0;
    for (const auto *pattern : {&draft.rule.argv, &draft.rule.title, &draft.rule.comm})
        groups += *pattern ? (*pattern)->groups() : 0;
    const toml::source_index name_line = draft.name->source().begin.line;
    const Result<std::string> text = text_of(*draft.name);
    if (!text)
        return error(name_line, "rule.name", text.error().message);
    Result<NameTemplate> name = NameTemplate::parse(*text, groups);
    if (!name)
        return error(name_line, "rule.name", name.error().message);
    draft.rule.name = *std::move(name);
    const bool is_bare = draft.rule.goes_by_looks() && !draft.rule.title && !draft.rule.comm;
    if (is_bare)
        return error(line, "rule", "has no condition");
    return {};
}

Result<Rule> Reader::rule(const toml::node &node) const {
    const toml::source_index line = node.source().begin.line;
    const toml::table *table = node.as_table();
    if (!table)
        return error(line, "rule", "must be a table: [[rule]]");
    Draft draft;
    for (const auto &[key, value] : by_line(*table)) {
        const std::string path = fmt::format("rule.{}", key->str());
        const toml::source_index key_line = key->source().begin.line;
        const auto take = keys().find(key->str());
        if (take == keys().end())
            return error(key_line, path, "is no key of a rule");
        if (Result<void> taken = take->second(draft, *value); !taken)
            return error(key_line, path, taken.error().message);
    }
    if (Result<void> done = finish(draft, line); !done)
        return done.error();
    return std::move(draft.rule);
}

Result<std::vector<Rule>> Reader::read() const {
    std::vector<Rule> rules;
    for (const auto &[key, node] : by_line(document_.root())) {
        const toml::source_index line = key->source().begin.line;
        if (key->str() != "rule")
            return error(line, key->str(), "is unknown: a profile file holds [[rule]] tables");
        const toml::array *tables = node->as_array();
        if (!tables)
            return error(line, "rule", "must be tables in double brackets: [[rule]]");
        for (const toml::node &one : *tables) {
            Result<Rule> read = rule(one);
            if (!read)
                return read.error();
            rules.push_back(*std::move(read));
        }
    }
    return rules;
}

} // namespace

Result<Profiles> Profiles::parse(std::string_view text, const std::string &file) {
    const Result<config::Document> document = config::Document::parse(text, file);
    if (!document)
        return document.error();
    Result<std::vector<Rule>> rules = Reader(*document).read();
    if (!rules)
        return rules.error();
    return Profiles(*std::move(rules));
}

} // namespace unwedge::profiles
