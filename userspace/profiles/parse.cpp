// SPDX-License-Identifier: GPL-2.0-only
#include "profiles/profiles.h"

#include "profiles/toml_guard.h"
#include "util/line.h"
#include "util/printable.h"

#include <fmt/format.h>

#define TOML_ENABLE_FORMATTERS 0
// Nothing in a rule nests, and toml++ recurses for what does.
#define TOML_MAX_NESTED_VALUES 16
#include <toml++/toml.h>

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

namespace unwedge::profiles {
namespace {

Result<std::string> text_of(const toml::node &node) {
    const auto *text = node.as_string();
    if (!text)
        return Error{"must be a string"};
    if (text->get().empty())
        return Error{"must not be empty"};
    return text->get();
}

Result<bool> flag_of(const toml::node &node) {
    const auto *flag = node.as_boolean();
    if (!flag)
        return Error{"must be true or false"};
    return flag->get();
}

Result<void> take_text(std::optional<std::string> &into, const toml::node &node) {
    Result<std::string> text = text_of(node);
    if (!text)
        return text.error();
    into = *std::move(text);
    return {};
}

Result<void> take_pattern(std::optional<Pattern> &into, const toml::node &node) {
    const Result<std::string> text = text_of(node);
    if (!text)
        return text.error();
    Result<Pattern> pattern = Pattern::compile(*text);
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

/// The entries of a table in the order of their lines: toml++ sorts them by key.
std::vector<std::pair<const toml::key *, const toml::node *>> by_line(const toml::table &table) {
    std::vector<std::pair<const toml::key *, const toml::node *>> entries;
    for (const auto &[key, node] : table)
        entries.emplace_back(&key, &node);
    std::ranges::stable_sort(entries, {}, [](const auto &entry) { return entry.first->source().begin.line; });
    return entries;
}

class Reader {
  public:
    explicit Reader(std::string file) : file_(std::move(file)) {}

    Result<std::vector<Rule>> read(std::string_view text) const;

  private:
    Error error(std::size_t line, std::string_view key, std::string_view what) const;
    Error syntax_error(std::string_view text, std::size_t line, std::string_view what) const;
    Result<Rule> rule(const toml::node &node) const;
    Result<void> finish(Draft &draft, toml::source_index line) const;

    std::string file_;
};

/// One line, whatever the file's keys are made of.
Error Reader::error(std::size_t line, std::string_view key, std::string_view what) const {
    return {printable(fmt::format("{}:{}: {}: {}", file_, line, key, what))};
}

/// The parser knows the place only; the key is what stands there before the '=', or the whole header.
Error Reader::syntax_error(std::string_view text, std::size_t line, std::string_view what) const {
    for (std::size_t skipped = 1; skipped < line; ++skipped)
        cut_line(text);
    std::string_view key = text.substr(0, text.find_first_of("=\n"));
    const std::size_t begin = std::min(key.find_first_not_of(" \t"), key.size());
    key = key.substr(begin, key.find_last_not_of(" \t\r") + 1 - begin);
    constexpr std::size_t longest_key = 40;
    return error(line, key.empty() ? "syntax" : key.substr(0, longest_key), what);
}

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

Result<std::vector<Rule>> Reader::read(std::string_view text) const {
    if (const auto problem = find_problem(text))
        return syntax_error(text, problem->line, problem->what);
    toml::table root;
    try {
        root = toml::parse(text);
    } catch (const toml::parse_error &problem) {
        return syntax_error(text, problem.source().begin.line, problem.description());
    }
    std::vector<Rule> rules;
    for (const auto &[key, node] : by_line(root)) {
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
    Result<std::vector<Rule>> rules = Reader(file).read(text);
    if (!rules)
        return rules.error();
    return Profiles(*std::move(rules));
}

} // namespace unwedge::profiles
