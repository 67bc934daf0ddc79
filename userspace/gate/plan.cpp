// SPDX-License-Identifier: GPL-2.0-only
#include "gate/plan.h"

#include "gate/discover.h"
#include "report/shell.h"
#include "session/user_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace unwedge::gate {
namespace {

using namespace std::chrono_literals;

constexpr Nanos usual_timeout = 10min;
constexpr Nanos usual_kill_after = 10s;

const std::vector<std::string> &usual_pytest() {
    static const std::vector<std::string> words{"python3", "-m", "pytest"};
    return words;
}

/// What a source says of all its suites goes before what each was found to be.
Suite with_common(Suite suite, const Suite &common) {
    if (!common.folder.empty())
        suite.folder = common.folder;
    if (common.timeout)
        suite.timeout = common.timeout;
    if (common.skip)
        suite.skip = common.skip;
    if (common.skip_status)
        suite.skip_status = common.skip_status;
    suite.environment.insert(suite.environment.end(), common.environment.begin(), common.environment.end());
    suite.expectations = common.expectations;
    suite.run_options = common.run_options;
    return suite;
}

Result<std::vector<Suite>> suites_of(const Source &source, const std::optional<session::Identity> &user) {
    if (source.pytest.empty() && source.ctest.empty())
        return std::vector{source.suite};
    const std::vector<std::string> &command = source.suite.argv.empty() ? usual_pytest() : source.suite.argv;
    Result<std::vector<Suite>> found = source.pytest.empty()
                                           ? ctest_suites(source.ctest, source.ctest_tests, user)
                                           : pytest_suites(source.pytest, command);
    if (!found)
        return found;
    for (Suite &suite : *found)
        suite = with_common(std::move(suite), source.suite);
    return found;
}

std::vector<Source> sources_of(const GateOptions &options, std::vector<Source> all) {
    if (!options.pytest.empty())
        all.push_back({.pytest = options.pytest});
    if (options.ctest)
        all.push_back({.ctest = *options.ctest});
    if (!options.argv.empty())
        all.push_back({.suite = {.name = report::shell_text(options.argv), .argv = options.argv}});
    return all;
}

Result<SuitesFile> file_of(const GateOptions &options, const std::optional<session::Identity> &user) {
    if (!options.file)
        return SuitesFile();
    const Result<std::string> text = session::read_user_file("--file", *options.file, user);
    if (!text)
        return text.error();
    return parse_suites(*text, *options.file);
}

/// Reports and files go by names.
void make_unique(std::vector<Suite> &suites) {
    std::set<std::string> taken;
    for (Suite &suite : suites) {
        const std::string wanted = suite.name;
        for (int number = 2; !taken.insert(suite.name).second; ++number)
            suite.name = fmt::format("{} ({})", wanted, number);
    }
}

} // namespace

Result<Plan> make_plan(const GateOptions &options, const std::optional<session::Identity> &user) {
    Result<SuitesFile> file = file_of(options, user);
    if (!file)
        return file.error();
    Result<KnownWedges> known = read_known(options.known ? options.known : file->known, user);
    if (!known)
        return known.error();
    Plan plan{
        .timeout = options.timeout.value_or(file->timeout.value_or(usual_timeout)),
        .kill_after = options.kill_after.value_or(file->kill_after.value_or(usual_kill_after)),
        .retries = {.on_hang = options.retries_on_hang.value_or(file->retries_on_hang.value_or(1)),
                    .on_failure = options.retries_on_failure.value_or(file->retries_on_failure.value_or(0))},
        .known = *std::move(known)};
    for (const Source &source : sources_of(options, std::move(file->sources))) {
        Result<std::vector<Suite>> suites = suites_of(source, user);
        if (!suites)
            return suites.error();
        std::ranges::copy_if(*suites, std::back_inserter(plan.suites), [&](const Suite &suite) {
            return !options.tests || options.tests->matches(suite.name);
        });
    }
    if (plan.suites.empty())
        return Error{"there is no suite to run"};
    make_unique(plan.suites);
    return plan;
}

} // namespace unwedge::gate
