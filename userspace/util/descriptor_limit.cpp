// SPDX-License-Identifier: GPL-2.0-only
#include "util/descriptor_limit.h"

#include <sys/resource.h>

namespace unwedge {

void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace unwedge
