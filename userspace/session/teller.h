// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"
#include "report/context.h"
#include "session/watcher.h"

#include <cstddef>
#include <set>
#include <string_view>

namespace unwedge::session {

/// What people are told on stderr while the command runs, and what they have been told before.
class Teller {
  public:
    explicit Teller(bool quiet) : quiet_(quiet) {}

    /// One line, "unwedge: `text`".
    void status(std::string_view text) const;
    /// All of it.
    void report(const report::Context &context) const;

    /// Says which verdicts fell. True if a culprit stands that has not been told of: a report is due.
    bool take_news(const Look &look);
    /// At the timeout, after the news: what has been told in full stands above; else the tree as it was.
    void timeout(const report::Context &context) const;
    /// At the end: what was lost, if anything was.
    void losses(const facts::Snapshot &last) const;

  private:
    void say(std::string_view text) const;

    bool quiet_;
    std::set<facts::Pid> told_;
    std::size_t told_closed_ = 0;
};

} // namespace unwedge::session
