// SPDX-License-Identifier: GPL-2.0-only
#include "gate/pairs.h"

namespace unwedge::gate {

std::size_t Pairs::next() {
    last_ = is_second_ ? 1 - last_ : generator_() >> 63; // the same in every library, unlike a distribution
    is_second_ = !is_second_;
    return last_;
}

} // namespace unwedge::gate
