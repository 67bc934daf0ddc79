// SPDX-License-Identifier: GPL-2.0-only
#include "expect/expectation.h"

#include "profiles/toml_guard.h"
#include "util/printable.h"

#include <fmt/format.h>

// As in profiles/parse.cpp: what toml++ defines in its header must be the same everywhere.
#define TOML_ENABLE_FORMATTERS 0
#define TOML_MAX_NESTED_VALUES 16
#include <toml++/toml.h>

namespace unwedge::expect {
namespace {

Error error_at(const std::string &file, std::size_t line, std::string_view what) {
    return {printable(fmt::format("{}:{}: {}", file, line, what))};
}

Result<toml::table> parse_toml(std::string_view text, const std::string &file) {
    if (const auto problem = profiles::find_problem(text))
        return error_at(file, problem->line, problem->what);
    try {
        return toml::parse(text);
    } catch (const toml::parse_error &problem) {
        return error_at(file, problem.source().begin.line, problem.description());
    }
}

} // namespace

Result<std::vector<Expectation>> parse_file(std::string_view text, const std::string &file) {
    const Result<toml::table> root = parse_toml(text, file);
    if (!root)
        return root.error();
    for (const auto &[key, node] : *root)
        if (key.str() != "expect")
            return error_at(file, key.source().begin.line,
                            fmt::format("'{}' is unknown: there is `expect` only", key.str()));
    const toml::array *specs = root->get_as<toml::array>("expect");
    if (!specs || specs->empty())
        return error_at(file, 1, "it holds no list `expect = [\"…\", …]`");
    std::vector<Expectation> expectations;
    for (const toml::node &node : *specs) {
        const std::size_t line = node.source().begin.line;
        const toml::value<std::string> *spec = node.as_string();
        if (!spec)
            return error_at(file, line, "an expectation must be a text");
        Result<Expectation> one = parse(spec->get());
        if (!one)
            return error_at(file, line, one.error().message);
        expectations.push_back(std::move(*one));
    }
    return expectations;
}

} // namespace unwedge::expect
