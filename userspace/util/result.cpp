// SPDX-License-Identifier: GPL-2.0-only
#include "util/result.h"

#include <cerrno>
#include <system_error>

namespace unwedge {

namespace {

/// ENOTSUPP of the kernel's include/linux/errno.h: not for user space to see, but bpf(2) returns it.
constexpr int kernel_not_supported = 524;

} // namespace

Error errno_error(std::string what, int code) {
    const std::string reason =
        code == kernel_not_supported ? "not supported by this kernel" : std::generic_category().message(code);
    return {std::move(what) + ": " + reason, code};
}

bool is_shortage(const Error &error) {
    return error.code == EMFILE || error.code == ENFILE || error.code == ENOMEM || error.code == ENOBUFS;
}

} // namespace unwedge
