// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/result.h"

#include <functional>

namespace unwedge {

/// Does `work` on a thread of its own and waits for its end: what a thread becomes there, the caller does
/// not. An Error where there is no room for one more, as in a control group that a fork bomb has filled.
Result<void> on_own_thread(const std::function<void()> &work);

} // namespace unwedge
