// SPDX-License-Identifier: GPL-2.0-only
#include "util/hurry.h"

#include <sys/resource.h>

namespace unwedge {
namespace {

constexpr int highest = -20;
constexpr id_t this_thread = 0;

} // namespace

Hurry::Hurry() : before_(::getpriority(PRIO_PROCESS, this_thread)) {
    ::setpriority(PRIO_PROCESS, this_thread, highest);
}

Hurry::~Hurry() {
    ::setpriority(PRIO_PROCESS, this_thread, before_);
}

} // namespace unwedge
