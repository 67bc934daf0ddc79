// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>
#include <vector>

namespace unwedge {

/// `argv` as execv(3) wants it, null at its end. Valid as long as the strings are.
inline std::vector<char *> c_argv(const std::vector<std::string> &argv) {
    std::vector<char *> pointers;
    pointers.reserve(argv.size() + 1);
    for (const std::string &word : argv)
        pointers.push_back(const_cast<char *>(word.c_str())); // it takes them so, but does not change them
    pointers.push_back(nullptr);
    return pointers;
}

} // namespace unwedge
