// SPDX-License-Identifier: GPL-2.0-only
#include "gate/compare.h"

#include "gate/checkout.h"
#include "gate/compare_report.h"
#include "gate/janitor.h"
#include "gate/pairs.h"
#include "gate/run_lines.h"
#include "gate/runner.h"
#include "session/console.h"
#include "session/exit_status.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <utility>

namespace unwedge::gate {
namespace {

constexpr int exit_regression = 1;
constexpr int exit_cannot_tell = 3;

/// The runs of one `unwedge compare`.
class Trial {
  public:
    Trial(const CompareOptions &options, const Trials &trials, Sides sides, std::string folder)
        : options_(options), trials_(trials), sides_(std::move(sides)), folder_(std::move(folder)),
          pairs_(options.seed), lines_(2 * options.runs, {"baseline", "change"}, options.timeout),
          begun_(monotonic_now()) {}

    /// Builds both sides, and then runs the command. An Error: the change can't be built, or a run not
    /// started.
    Result<void> run();
    CompareReport report() const;

  private:
    Order order(const std::string &name, std::size_t number, std::size_t side) const;
    Result<void> build(Runner &runner);
    Result<void> try_out(Runner &runner);
    std::optional<Job> next();
    bool is_hopeless() const;

    const CompareOptions &options_;
    const Trials &trials_;
    Sides sides_;
    std::string folder_;
    Pairs pairs_;
    RunLines lines_;
    Nanos begun_;
    std::size_t begun_runs_ = 0;
    std::map<std::size_t, PastRun> running_;
    std::vector<PastRun> runs_;
    std::string not_built_; ///< why the baseline could not be
    bool interrupted_ = false;
};

Order Trial::order(const std::string &name, std::size_t number, std::size_t side) const {
    Order order = order_of(options_, name, number);
    const std::string &top = side == base_side ? sides_.base : sides_.change;
    order.folder = std::filesystem::path(top) / sides_.prefix;
    order.environment.emplace_back(janitor_mark, folder_);
    return order;
}

Result<void> Trial::build(Runner &runner) {
    std::size_t side = base_side;
    std::optional<Error> failed;
    RunnerCalls calls;
    calls.next = [&]() -> std::optional<Job> {
        if (side > change_side || failed)
            return std::nullopt;
        Order one = order(side == base_side ? "build-baseline" : "build-change", 0, side);
        one.argv = {"/bin/sh", "-c", *options_.build};
        one.timeout.reset();
        one.run_options.clear();
        return Job{side++, std::move(one)};
    };
    calls.started = [](std::size_t, Nanos) {};
    calls.tick = [](Nanos) {};
    calls.finished = [&](std::size_t which, const Attempt &attempt) {
        if (attempt.ending == Ending::passed || attempt.ending == Ending::interrupted)
            return;
        const std::string why = fmt::format("the build failed, see {}", attempt.log);
        if (which == base_side)
            not_built_ = why;
        else
            failed = Error{"the change: " + why};
    };
    if (Result<void> done = runner.run(calls); !done)
        return done;
    return failed ? Result<void>(*failed) : Result<void>();
}

/// A side that can't be run once can't be run ever, unless it has been.
bool Trial::is_hopeless() const {
    return std::ranges::any_of(std::array{base_side, change_side}, [this](std::size_t side) {
        const Counts counts = count(of_side(runs_, side));
        return counts.broken > 0 && counts.runs() == 0;
    });
}

std::optional<Job> Trial::next() {
    if (begun_runs_ >= 2 * options_.runs || is_hopeless())
        return std::nullopt;
    const std::size_t number = ++begun_runs_;
    const std::size_t side = pairs_.next();
    running_.emplace(number, PastRun{.number = number, .side = side});
    return Job{number, order(fmt::format("run-{:03}-{}", number, side == base_side ? "baseline" : "change"),
                             number, side)};
}

Result<void> Trial::try_out(Runner &runner) {
    return runner.run(
        {.next = [this] { return next(); },
         .started = [this](std::size_t number,
                           Nanos now) { lines_.started(number, running_.at(number).side, now); },
         .finished =
             [this](std::size_t number, Attempt attempt) {
                 PastRun run = std::move(running_.extract(number).mapped());
                 run.attempt = std::move(attempt);
                 lines_.finished(run, reason_of(run.attempt, trials_.known));
                 runs_.push_back(std::move(run));
             },
         .tick = [this](Nanos now) { lines_.tick(now); },
         .every = lines_.every()});
}

Result<void> Trial::run() {
    Result<Runner> runner = Runner::make(options_.jobs, options_.kill_after);
    if (!runner)
        return runner.error();
    Result<void> done;
    if (options_.build)
        done = build(*runner);
    if (done && not_built_.empty())
        done = try_out(*runner);
    interrupted_ = runner->interrupted_by().has_value();
    return done;
}

CompareReport Trial::report() const {
    CompareReport report{.options = options_,
                         .known = trials_.known,
                         .commit = sides_.commit,
                         .comparison = compare_sides(runs_, options_.detect, trials_.known),
                         .runs = runs_,
                         .length = monotonic_now() - begun_,
                         .interrupted = interrupted_};
    if (!not_built_.empty()) {
        report.comparison.finding = Finding::cannot_run;
        report.comparison.why = printable(not_built_);
    }
    return report;
}

int status_of(const CompareReport &report) {
    const Counts change = count(of_side(report.runs, change_side));
    if (report.interrupted || (change.broken > 0 && change.runs() == 0))
        return session::exit_failed;
    switch (report.comparison.finding) {
    case Finding::regression: return exit_regression;
    case Finding::pre_existing:
    case Finding::no_regression: return 0;
    case Finding::no_evidence:
    case Finding::cannot_run: return exit_cannot_tell;
    }
    return session::exit_failed;
}

Result<int> compare_in(const Janitor &janitor, const CompareOptions &options, const Trials &trials) {
    Result<Sides> sides = make_sides({.revision = options.revision,
                                      .paths = options.only,
                                      .folder = janitor.folder(),
                                      .user = trials.user});
    if (!sides)
        return sides.error();
    Trial trial(options, trials, *std::move(sides), janitor.folder());
    if (const Result<void> done = trial.run(); !done)
        return done.error();
    const CompareReport report = trial.report();
    tell_broken(options, report.runs);
    if (const Result<void> told = session::write_stdout(to_text(report)); !told)
        return told.error();
    if (trials.json)
        if (const Result<void> written = trials.json->write(to_json(report)); !written)
            return written.error();
    return status_of(report);
}

} // namespace

int compare(const CompareOptions &options) {
    const Result<Trials> trials = prepare(options);
    if (!trials)
        return session::fail(trials.error(), session::exit_failed);
    Result<Janitor> janitor = Janitor::start(trials->user);
    if (!janitor)
        return session::fail(janitor.error(), session::exit_failed);
    const Result<int> status = compare_in(*janitor, options, *trials);
    const Result<void> cleaned = janitor->finish();
    if (!status)
        return session::fail(status.error(), session::exit_failed);
    return cleaned ? *status : session::fail(cleaned.error(), session::exit_failed);
}

} // namespace unwedge::gate
