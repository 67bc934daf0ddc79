// SPDX-License-Identifier: GPL-2.0-only
#include "harness.h"

#include <cstdlib>
#include <iostream>

namespace unwedge::fuzz {
namespace {

/// A function's own, because harnesses register before main() in any order.
std::vector<Harness> &registry() {
    static std::vector<Harness> all;
    return all;
}

} // namespace

Registered::Registered(const Harness &harness) {
    registry().push_back(harness);
}

const std::vector<Harness> &harnesses() {
    return registry();
}

void require(bool holds, std::string_view rule, std::source_location where) {
    if (holds)
        return;
    std::cerr << where.file_name() << ':' << where.line() << ": does not hold: " << rule << "\n";
    std::abort();
}

} // namespace unwedge::fuzz
