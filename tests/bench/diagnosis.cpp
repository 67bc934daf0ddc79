// SPDX-License-Identifier: GPL-2.0-only
// What a diagnosis takes for many actors, without the look that it is made from: for scripts/bench-diagnosis.
#include "diagnosis/casebook.h"
#include "wedged_tree.h"

#include <benchmark/benchmark.h>

#include <optional>

namespace {

using namespace unwedge;

bool blames(const diagnosis::Diagnosis &diagnosis, facts::Pid pid) {
    return diagnosis.wedged() && diagnosis.verdicts.front().pid == pid;
}

/// The second look, at which the wedge is confirmed; what the first one left behind goes with it, as in a
/// session.
void second_look(benchmark::State &state) {
    const bench::WedgedTree tree = bench::wedged_tree(static_cast<int>(state.range(0)));
    std::optional<diagnosis::Casebook> casebook; // made and freed while time is not taken
    diagnosis::Diagnosis diagnosis;
    for (auto _ : state) {
        state.PauseTiming();
        casebook.emplace(diagnosis::Policy{});
        casebook->observe(tree.first);
        state.ResumeTiming();
        diagnosis = casebook->observe(tree.second);
    }
    if (!blames(diagnosis, tree.culprit))
        state.SkipWithError("the wedge was not found");
    state.counters["actors"] = static_cast<double>(tree.second.actors.size());
    state.counters["channels"] = static_cast<double>(tree.second.ends.size()) / 2;
    state.SetComplexityN(state.range(0));
}

} // namespace

// NOLINTNEXTLINE: what the macro declares is the library's own
BENCHMARK(second_look)
    ->Arg(10)
    ->Arg(30)
    ->Arg(100)
    ->Arg(300)
    ->Arg(1000)
    ->Arg(2000)
    ->Unit(benchmark::kMillisecond)
    ->Complexity();
BENCHMARK_MAIN();
