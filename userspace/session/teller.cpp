// SPDX-License-Identifier: GPL-2.0-only
#include "session/teller.h"

#include "report/cast.h"
#include "report/text.h"
#include "session/console.h"
#include "util/units.h"

#include <fmt/format.h>

#include <algorithm>

namespace unwedge::session {
namespace {

bool stands(const diagnosis::Verdict &verdict) {
    return verdict.role == diagnosis::Role::culprit && verdict.state == diagnosis::State::confirmed &&
           verdict.confidence != diagnosis::Confidence::inconclusive;
}

} // namespace

void Teller::say(std::string_view text) const {
    if (!quiet_)
        write_stderr(text);
}

void Teller::status(std::string_view text) const {
    say(report::status_text(text, stderr_style()));
}

void Teller::report(const report::Context &context) const {
    say(report::to_text(context, stderr_style()));
}

bool Teller::take_news(const Look &look) {
    bool news = false;
    std::size_t closed = 0;
    for (const diagnosis::Verdict &verdict : look.diagnosis.verdicts) {
        if (stands(verdict))
            news = told_.insert(verdict.pid).second || news;
        else if (verdict.state != diagnosis::State::confirmed && ++closed > told_closed_) {
            told_.erase(verdict.pid);
            status(fmt::format("{} {} after {} ({})", report::who(look.snapshot, verdict.pid),
                               name(verdict.state), duration_text(verdict.until - verdict.since),
                               name(verdict.kind)));
        }
    }
    told_closed_ = std::max(told_closed_, closed);
    return news;
}

void Teller::timeout(const report::Context &context) const {
    if (told_.empty())
        report(context);
    else
        status(fmt::format("still wedged: {}", report::summary(context)));
}

void Teller::losses(const facts::Snapshot &last) const {
    if (const std::string lost = report::losses_text(last); !lost.empty())
        status(fmt::format("lost: {}; of what happened meanwhile not all was seen", lost));
}

} // namespace unwedge::session
