// SPDX-License-Identifier: GPL-2.0-only
#include "util/result.h"

#include <cerrno>
#include <system_error>

namespace unwedge {

Error errno_error(std::string what, int code) {
    return {std::move(what) + ": " + std::generic_category().message(code), code};
}

bool is_shortage(const Error &error) {
    return error.code == EMFILE || error.code == ENFILE || error.code == ENOMEM || error.code == ENOBUFS;
}

} // namespace unwedge
