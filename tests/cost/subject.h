// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/result.h"

#include <sys/types.h>

#include <map>
#include <string>

namespace unwedge::cost {

/// Instructions per message, switch or call, by scenario.
using Figures = std::map<std::string, double>;

/// The process that is measured. Made before a tracer is, so that it inherits nothing of it.
class Subject {
  public:
    Subject();
    Subject(const Subject &) = delete;
    Subject &operator=(const Subject &) = delete;
    ~Subject();

    pid_t pid() const { return pid_; }
    /// Has it go through all scenarios, once in its life.
    Result<Figures> measure();

  private:
    pid_t pid_ = -1;
    int socket_ = -1;
};

} // namespace unwedge::cost
