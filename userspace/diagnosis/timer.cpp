// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/timer.h"

#include <algorithm>

namespace unwedge::diagnosis {

Timer timer_of(const facts::Thread &thread, const Policy &policy) {
    const facts::Wait &wait = thread.wait;
    Timer timer{.known = wait.timeout.kind != facts::Timeout::Kind::unknown, .left = wait.timerfd};
    if (wait.timeout.kind == facts::Timeout::Kind::after && wait.timeout.length <= policy.horizon) {
        const Nanos passed = wait.timeout.from_now ? Nanos{} : thread.asleep.value_or(Nanos{});
        const Nanos left = std::max(wait.timeout.length - passed, Nanos{});
        timer.left = std::min(timer.left.value_or(left), left);
    }
    if (timer.left && *timer.left > policy.horizon)
        timer.left.reset();
    return timer;
}

} // namespace unwedge::diagnosis
