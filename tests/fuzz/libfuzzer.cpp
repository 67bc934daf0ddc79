// SPDX-License-Identifier: GPL-2.0-only
// What libFuzzer calls, for the one harness that is linked with it.
#include "harness.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    unwedge::fuzz::harnesses().front().check({reinterpret_cast<const char *>(data), size});
    return 0;
}
