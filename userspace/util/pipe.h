// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/fd.h"
#include "util/result.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace unwedge {

struct Pipe {
    Fd read;
    Fd write;
};

/// Both ends are closed by exec.
inline Result<Pipe> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC))
        return errno_error("pipe", errno);
    return Pipe{Fd(ends[0]), Fd(ends[1])};
}

} // namespace unwedge
