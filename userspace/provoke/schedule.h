// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "provoke/cpus.h"
#include "provoke/dice.h"
#include "provoke/spec.h"
#include "util/clock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace unwedge::provoke {

enum class Deed {
    stop,   ///< it is stopped, and goes on after `length`
    renice, ///< it gets `nice`
    move    ///< it may run on `cpus` only
};

/// Something that is done to an actor.
struct Step {
    Nanos at{}; ///< since the actor appeared
    Deed deed{};
    Nanos length{};
    int nice = 0; ///< 0 to 19
    Cpus cpus;    ///< not empty for a move

    bool operator==(const Step &) const = default;
};

/// "stop for 31.204 ms", "nice 7", "on CPUs 0-1".
std::string text_of(const Step &step);

/// All that is ever done to one actor, step by step: a function of the spec, the seed and who it is
/// (lineage.h). The kinds of deeds do not depend on each other, so that one more changes nothing of the
/// others.
class Schedule {
  public:
    Schedule(const Spec &spec, std::uint64_t seed, std::string_view lineage);

    /// The next step, by time; nullopt: nothing is ever done.
    std::optional<Step> next();

  private:
    struct Row {
        Dice dice;
        std::optional<Step> upcoming;
    };

    void draw_stop();
    void draw_renice();
    void draw_move();

    Nanos longest_; ///< of a stop
    Cpus cpus_;
    Row stops_;
    Row renices_;
    Row moves_;
};

} // namespace unwedge::provoke
