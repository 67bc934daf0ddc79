// SPDX-License-Identifier: GPL-2.0-only
#include "util/fd.h"

#include <unistd.h>

namespace unwedge {

void Fd::reset() {
    if (fd_ >= 0)
        ::close(fd_);
    fd_ = -1;
}

} // namespace unwedge
