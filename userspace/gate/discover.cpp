// SPDX-License-Identifier: GPL-2.0-only
#include "gate/discover.h"

#include "gate/program.h"

#include <fmt/format.h>
#include <glob.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace unwedge::gate {
namespace {

using nlohmann::json;

constexpr int pytest_found_nothing = 5;

struct Globbed {
    glob_t found{};
    Globbed() = default;
    Globbed(const Globbed &) = delete;
    Globbed &operator=(const Globbed &) = delete;
    ~Globbed() { ::globfree(&found); }
};

std::vector<std::string> files_of(const std::string &pattern) {
    Globbed globbed;
    if (::glob(pattern.c_str(), GLOB_BRACE | GLOB_TILDE, nullptr, &globbed.found))
        return {};
    return {globbed.found.gl_pathv, globbed.found.gl_pathv + globbed.found.gl_pathc};
}

/// What only CTest itself does.
constexpr std::array own_to_ctest{"FIXTURES_REQUIRED",
                                  "FIXTURES_SETUP",
                                  "FIXTURES_CLEANUP",
                                  "PASS_REGULAR_EXPRESSION",
                                  "FAIL_REGULAR_EXPRESSION",
                                  "ENVIRONMENT_MODIFICATION",
                                  "GENERATED_RESOURCE_SPEC_FILE",
                                  "RESOURCE_GROUPS"};

std::vector<std::string> texts(const json &value) {
    std::vector<std::string> all;
    if (value.is_string())
        all.push_back(value.get<std::string>());
    if (value.is_array())
        for (const json &one : value)
            if (one.is_string())
                all.push_back(one.get<std::string>());
    return all;
}

bool is_on(const json &value) {
    return value.is_boolean() ? value.get<bool>() : value.is_number() && value.get<double>() != 0;
}

void take_environment(Suite &suite, const json &value) {
    for (const std::string &pair : texts(value))
        if (const std::size_t equals = pair.find('='); equals != std::string::npos && equals > 0)
            suite.environment.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
}

/// Any of them says "skipped". What our expressions don't take, CTest has to judge: false.
bool take_skip_output(Suite &suite, const json &value) {
    std::string any;
    for (const std::string &expression : texts(value))
        any += fmt::format("{}({})", any.empty() ? "" : "|", expression);
    Result<Pattern> pattern = Pattern::compile(any);
    if (!pattern)
        return false;
    suite.skip_output = *std::move(pattern);
    return true;
}

/// Whether the suite can be run without CTest.
bool take_property(Suite &suite, const std::string &property, const json &value) {
    if (std::ranges::find(own_to_ctest, property) != own_to_ctest.end())
        return false;
    if (property == "TIMEOUT" && value.is_number() && value.get<double>() > 0)
        suite.timeout = std::chrono::duration_cast<Nanos>(
            std::chrono::duration<double>(std::min(value.get<double>(), 30 * 86400.0)));
    else if (property == "WORKING_DIRECTORY" && value.is_string())
        suite.folder = value.get<std::string>();
    else if (property == "ENVIRONMENT")
        take_environment(suite, value);
    else if (property == "SKIP_RETURN_CODE" && value.is_number_integer())
        suite.skip_status = value.get<int>();
    else if (property == "SKIP_REGULAR_EXPRESSION")
        return take_skip_output(suite, value);
    else if (property == "WILL_FAIL")
        suite.will_fail = is_on(value);
    else if (property == "DISABLED" && is_on(value))
        suite.skip = "disabled";
    return true;
}

std::string quoted_for_ctest(const std::string &name) {
    std::string quoted;
    for (const char one : name) {
        if (std::string_view("^$.[]()*+?|\\").find(one) != std::string_view::npos)
            quoted += '\\';
        quoted += one;
    }
    return quoted;
}

/// CTest's own limit would end a hang before it is looked at.
Suite by_ctest(const Suite &suite, const std::string &folder) {
    return {.name = suite.name,
            .argv = {"ctest", "--test-dir", folder, "--output-on-failure", "--no-tests=error", "-R",
                     fmt::format("^{}$", quoted_for_ctest(suite.name))},
            .timeout = suite.timeout,
            .skip = suite.skip};
}

Suite suite_of(const json &test, const std::string &folder) {
    Suite suite{.name = test.at("name").get<std::string>()};
    suite.argv = texts(test.value("command", json()));
    bool alone = !suite.argv.empty();
    for (const json &property : test.value("properties", json::array()))
        alone = take_property(suite, property.value("name", ""), property.value("value", json())) && alone;
    if (test.value("command", json()).empty())
        suite.skip = suite.skip.value_or("its program is not built");
    return alone || suite.skip ? suite : by_ctest(suite, folder);
}

} // namespace

Result<std::vector<Suite>> pytest_suites(const std::vector<std::string> &patterns,
                                         const std::vector<std::string> &command) {
    std::set<std::string> files;
    for (const std::string &pattern : patterns) {
        const std::vector<std::string> found = files_of(pattern);
        if (found.empty())
            return Error{fmt::format("no file matches '{}'", pattern)};
        files.insert(found.begin(), found.end());
    }
    std::vector<Suite> suites;
    for (const std::string &file : files) {
        Suite suite{.name = file, .argv = command, .skip_status = pytest_found_nothing};
        suite.argv.push_back(file);
        suites.push_back(std::move(suite));
    }
    return suites;
}

Result<std::vector<Suite>> parse_ctest(std::string_view text, const std::string &folder,
                                       const std::optional<Pattern> &wanted) {
    const json tests = json::parse(text, nullptr, false);
    if (!tests.is_object() || !tests.contains("tests") || !tests["tests"].is_array())
        return Error{fmt::format("what ctest tells of the tests in '{}' can't be read", folder)};
    std::vector<Suite> suites;
    try {
        for (const json &test : tests["tests"])
            if (!wanted || wanted->matches(test.at("name").get<std::string>()))
                suites.push_back(suite_of(test, folder));
    } catch (const json::exception &problem) {
        return Error{
            fmt::format("what ctest tells of the tests in '{}' is wrong: {}", folder, problem.what())};
    }
    if (suites.empty())
        return Error{fmt::format("there is no such test in '{}'", folder)};
    return suites;
}

Result<std::vector<Suite>> ctest_suites(const std::string &folder, const std::optional<Pattern> &wanted,
                                        const std::optional<session::Identity> &user) {
    const Result<std::string> shown =
        output_of({.argv = {"ctest", "--test-dir", folder, "--show-only=json-v1"}}, user);
    if (!shown)
        return shown.error();
    return parse_ctest(*shown, folder, wanted);
}

} // namespace unwedge::gate
