// SPDX-License-Identifier: GPL-2.0-only
#include "gate/gate.h"

#include "gate/folder.h"
#include "gate/plan.h"
#include "gate/progress.h"
#include "gate/runner.h"
#include "session/console.h"
#include "session/exit_status.h"
#include "session/host.h"
#include "session/output_file.h"
#include "util/log.h"
#include "util/units.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cctype>
#include <tuple>
#include <utility>

namespace unwedge::gate {
namespace {

using namespace std::chrono_literals;
using session::Identity;
using session::OutputFile;

constexpr std::size_t most_searched = std::size_t{1} << 20; ///< that "skipped" is looked for in

/// A name that any file system takes. `number`: what tells it from others that become the same.
std::string file_name(const std::string &suite, std::size_t number) {
    constexpr std::size_t longest = 80;
    std::string name;
    for (const char one : suite.substr(0, longest))
        name += std::isalnum(static_cast<unsigned char>(one)) || one == '-' || one == '_' ? one : '_';
    return fmt::format("{:03}-{}", number + 1, name);
}

/// The files that results are written to, again after each suite: a gate that is killed leaves what it had.
class ResultFiles {
  public:
    static Result<ResultFiles> open(const GateOptions &options, const std::optional<Identity> &user);
    void write(const Results &results, const Evidence &evidence);

  private:
    std::optional<OutputFile> junit_;
    JUnit cases_;
    std::optional<OutputFile> json_;
    std::optional<OutputFile> summary_;
};

Result<ResultFiles> ResultFiles::open(const GateOptions &options, const std::optional<Identity> &user) {
    ResultFiles files;
    for (const auto &[option, path, into] : {std::tuple{"--junit", &options.junit, &files.junit_},
                                             std::tuple{"--json", &options.json, &files.json_},
                                             std::tuple{"--summary", &options.summary, &files.summary_}}) {
        if (!*path)
            continue;
        Result<OutputFile> opened = OutputFile::open(option, **path, user);
        if (!opened)
            return opened.error();
        *into = *std::move(opened);
    }
    return files;
}

void ResultFiles::write(const Results &results, const Evidence &evidence) {
    const auto write_one = [](const std::optional<OutputFile> &file, const auto &text) {
        if (!file)
            return;
        if (Result<void> done = file->write(text()); !done)
            session::fail(done.error(), 0);
    };
    write_one(junit_, [&] { return cases_.write(results, evidence); });
    write_one(json_, [&] { return to_json(results); });
    write_one(summary_, [&] { return to_summary(results, evidence); });
}

class Gate {
  public:
    Gate(const GateOptions &options, Plan plan, ResultFiles files, std::optional<Identity> user)
        : options_(options), plan_(std::move(plan)), files_(std::move(files)), evidence_(std::move(user)),
          progress_(plan_.suites.size(), options.captures && ::isatty(STDERR_FILENO) == 1,
                    session::stderr_style(), evidence_) {}

    int run(Runner runner);

  private:
    std::optional<Job> next();
    Order order_of(const Suite &suite) const;
    void finished(Attempt attempt);
    void close(Outcome &outcome);
    void warn_of_expired() const;

    const GateOptions &options_;
    Plan plan_;
    ResultFiles files_;
    Evidence evidence_;
    Progress progress_;
    Results results_;
    std::size_t at_ = 0; ///< the suite that is next, or runs
    Nanos begun_{};
};

Order Gate::order_of(const Suite &suite) const {
    Order order{.argv = suite.argv,
                .folder = suite.folder,
                .environment = suite.environment,
                .timeout = suite.timeout.value_or(plan_.timeout),
                .kill_after = plan_.kill_after,
                .run_options = options_.run_options,
                .base = fmt::format("{}/{}", options_.folder, file_name(suite.name, at_)),
                .captures = options_.captures};
    if (const std::size_t tries = results_.outcomes[at_].attempts.size(); tries > 0)
        order.base += fmt::format("-try{}", tries + 1);
    order.run_options.insert(order.run_options.end(), suite.run_options.begin(), suite.run_options.end());
    for (const auto *expectations : {&options_.expectations, &suite.expectations})
        for (const std::string &one : *expectations)
            order.run_options.insert(order.run_options.end(), {"--expect", one});
    return order;
}

std::optional<Job> Gate::next() {
    for (; at_ < plan_.suites.size(); ++at_) {
        Outcome &outcome = results_.outcomes[at_];
        if (!outcome.suite->skip)
            return Job{.ticket = at_, .order = order_of(*outcome.suite)};
        outcome.status = Status::skipped;
        outcome.why = *outcome.suite->skip;
        progress_.skipped(outcome);
    }
    return std::nullopt;
}

void Gate::finished(Attempt attempt) {
    Outcome &outcome = results_.outcomes[at_];
    const std::string log =
        outcome.suite->skip_output ? evidence_.log(attempt, most_searched) : std::string();
    attempt.ending = meant(*outcome.suite, attempt, log);
    outcome.attempts.push_back(std::move(attempt));
    const bool retries = wants_retry(outcome.attempts, plan_.retries);
    if (!retries)
        close(outcome);
    progress_.ended(outcome, retries);
    results_.length = monotonic_now() - begun_;
    files_.write(results_, evidence_);
}

void Gate::close(Outcome &outcome) {
    outcome.status = status_of(*outcome.suite, outcome.attempts, plan_.known, today());
    if (outcome.status == Status::skipped)
        outcome.why = "it says so itself";
    at_ = options_.fail_fast && fails(outcome.status, options_.rules) ? plan_.suites.size() : at_ + 1;
}

void Gate::warn_of_expired() const {
    for (const KnownWedge &wedge : plan_.known.entries())
        if (wedge.is_expired(today()))
            spdlog::warn("the known wedge '{}' ({}) was to be gone by {}: it counts as unknown",
                         printable(wedge.name), printable(wedge.fingerprint), wedge.until);
}

int Gate::run(Runner runner) {
    const session::Host host = session::this_host();
    results_ = {.began = wall_clock_now(),
                .host = host.name,
                .kernel = host.kernel,
                .rules = options_.rules,
                .known = plan_.known};
    for (const Suite &suite : plan_.suites)
        results_.outcomes.push_back({.suite = &suite});
    begun_ = monotonic_now();
    warn_of_expired();
    progress_.says(fmt::format("{}, one after another, each with {} at most",
                               counted(plan_.suites.size(), "suite"), duration_text(plan_.timeout)));
    files_.write(results_, evidence_);
    const Result<void> done = runner.run(
        {.next = [this] { return next(); },
         .started = [this](std::size_t, Nanos now) { progress_.started(plan_.suites[at_].name, now); },
         .finished = [this](std::size_t, Attempt attempt) { finished(std::move(attempt)); },
         .tick = [this](Nanos now) { progress_.tick(now); },
         .every = 200ms});
    results_.interrupted_by = runner.interrupted_by();
    results_.length = monotonic_now() - begun_;
    files_.write(results_, evidence_);
    if (!done)
        return session::fail(done.error(), session::exit_failed);
    progress_.end(results_);
    return exit_status(results_);
}

int list(const Plan &plan) {
    std::string text;
    for (const Suite &suite : plan.suites)
        text += printable(suite.name) + (suite.skip ? " (skipped)" : "") + "\n";
    const Result<void> written = session::write_stdout(text);
    return written ? 0 : session::fail(written.error(), session::exit_failed);
}

} // namespace

int gate(const GateOptions &options) {
    log_to_stderr(false);
    const Result<std::optional<Identity>> user = session::command_identity(std::nullopt);
    if (!user)
        return session::fail(user.error(), session::exit_failed);
    Result<Plan> plan = make_plan(options, *user);
    if (!plan)
        return session::fail(plan.error(), session::exit_failed);
    if (options.lists)
        return list(*plan);
    if (Result<void> made = make_folder(options.folder, *user); !made)
        return session::fail(made.error(), session::exit_failed);
    Result<ResultFiles> files = ResultFiles::open(options, *user);
    if (!files)
        return session::fail(files.error(), session::exit_failed);
    Result<Runner> runner = Runner::make(1, plan->kill_after);
    if (!runner)
        return session::fail(runner.error(), session::exit_failed);
    return Gate(options, *std::move(plan), *std::move(files), *user).run(*std::move(runner));
}

} // namespace unwedge::gate
