// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/judge.h"
#include "facts/call.h"
#include "facts/event.h"
#include "recording/recording.h"
#include "session/look.h"

namespace unwedge::session {

/// Is told all that a Watcher learns, as it learns it.
class Witness {
  public:
    Witness() = default;
    Witness(const Witness &) = delete;
    Witness &operator=(const Witness &) = delete;
    virtual ~Witness() = default;

    virtual void saw(const facts::Event &event) = 0;
    virtual void saw(const facts::Call & /*call*/) {}
    virtual void saw(const Look &look, const LookTerms &terms) = 0;
    /// What a sweep has counted.
    virtual void saw(const recording::Sample &sample) = 0;
};

} // namespace unwedge::session
