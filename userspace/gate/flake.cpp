// SPDX-License-Identifier: GPL-2.0-only
#include "gate/flake.h"

#include "gate/flake_report.h"
#include "gate/janitor.h"
#include "gate/pairs.h"
#include "gate/run_lines.h"
#include "gate/runner.h"
#include "session/console.h"
#include "session/exit_status.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace unwedge::gate {
namespace {

constexpr std::size_t usual_runs = 3;
constexpr int exit_flaky = 1;

/// The runs of one `unwedge flake`.
class Flake {
  public:
    Flake(const FlakeOptions &options, Trials trials, std::string mark)
        : options_(options), trials_(std::move(trials)), mark_(std::move(mark)),
          pairs_(options.seed.value_or(1)), lines_(options.planned(), sides(options), options.timeout),
          begun_(monotonic_now()) {}

    /// An Error: a run could not be started.
    Result<void> run();
    FlakeReport report() const {
        return {options_, trials_.known, runs_, monotonic_now() - begun_, interrupted_};
    }
    const Trials &trials() const { return trials_; }

  private:
    static std::vector<std::string> sides(const FlakeOptions &options) {
        return options.provoke ? std::vector<std::string>{plain_side, provoked_side}
                               : std::vector<std::string>{};
    }
    bool is_enough() const;
    std::optional<Job> next();
    void provoke(PastRun &run, Order &order);
    void finished(std::size_t number, Attempt attempt);

    const FlakeOptions &options_;
    Trials trials_;
    std::string mark_; ///< what the janitor knows processes of runs by
    Pairs pairs_;
    RunLines lines_;
    Nanos begun_;
    std::size_t begun_runs_ = 0;
    std::uint64_t provoked_ = 0;
    std::map<std::size_t, PastRun> running_;
    std::vector<PastRun> runs_;
    bool interrupted_ = false;
};

bool Flake::is_enough() const {
    const Counts counts = count(runs_);
    // What can't be run once can't be run ever, unless it has been.
    if (counts.broken > 0 && counts.runs() == 0)
        return true;
    if (options_.until_hang && counts.hung > 0)
        return true;
    if (options_.lasting && monotonic_now() - begun_ >= *options_.lasting)
        return true;
    return begun_runs_ >= options_.planned().value_or(most_runs);
}

void Flake::provoke(PastRun &run, Order &order) {
    run.side = pairs_.next();
    if (run.side == 0 || !options_.provoke)
        return;
    order.run_options.insert(order.run_options.end(), {"--provoke", *options_.provoke});
    if (options_.seed) {
        run.seed = *options_.seed + provoked_++;
        order.run_options.insert(order.run_options.end(), {"--seed", std::to_string(*run.seed)});
    }
}

std::optional<Job> Flake::next() {
    if (is_enough())
        return std::nullopt;
    const std::size_t number = ++begun_runs_;
    Order order = order_of(options_, fmt::format("run-{:03}", number), number);
    order.environment.emplace_back(janitor_mark, mark_);
    PastRun run{.number = number};
    if (options_.provoke)
        provoke(run, order);
    running_.emplace(number, std::move(run));
    return Job{number, std::move(order)};
}

void Flake::finished(std::size_t number, Attempt attempt) {
    PastRun run = std::move(running_.extract(number).mapped());
    run.attempt = std::move(attempt);
    lines_.finished(run, reason_of(run.attempt, trials_.known));
    runs_.push_back(std::move(run));
}

Result<void> Flake::run() {
    Result<Runner> runner = Runner::make(options_.jobs, options_.kill_after);
    if (!runner)
        return runner.error();
    const Result<void> done = runner->run(
        {.next = [this] { return next(); },
         .started = [this](std::size_t number,
                           Nanos now) { lines_.started(number, running_.at(number).side, now); },
         .finished = [this](std::size_t number, Attempt attempt) { finished(number, std::move(attempt)); },
         .tick = [this](Nanos now) { lines_.tick(now); },
         .every = lines_.every()});
    interrupted_ = runner->interrupted_by().has_value();
    return done;
}

int status_of(const FlakeReport &report) {
    const Counts counts = count(report.runs);
    if (counts.bad().hits > 0)
        return exit_flaky;
    const bool told = counts.runs() > 0 && counts.broken == 0 && !report.interrupted;
    return told ? 0 : session::exit_failed;
}

} // namespace

std::optional<std::size_t> FlakeOptions::planned() const {
    if (runs || until_hang || lasting)
        return runs;
    return usual_runs;
}

int flake(const FlakeOptions &options) {
    Result<Trials> trials = prepare(options);
    if (!trials)
        return session::fail(trials.error(), session::exit_failed);
    Result<Janitor> janitor = Janitor::start(trials->user); // for the processes; its folder stays empty
    if (!janitor)
        return session::fail(janitor.error(), session::exit_failed);
    Flake flake(options, *std::move(trials), janitor->folder());
    const Result<void> done = flake.run();
    const Result<void> cleaned = janitor->finish();
    for (const Result<void> *one : {&done, &cleaned})
        if (!*one)
            return session::fail(one->error(), session::exit_failed);
    const FlakeReport report = flake.report();
    tell_broken(options, report.runs);
    if (const Result<void> told = session::write_stdout(to_text(report)); !told)
        return session::fail(told.error(), session::exit_failed);
    if (const auto &json = flake.trials().json)
        if (const Result<void> written = json->write(to_json(report)); !written)
            return session::fail(written.error(), session::exit_failed);
    return status_of(report);
}

} // namespace unwedge::gate
