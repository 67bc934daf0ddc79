// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/model.h"

#include <optional>

namespace unwedge::report {

/// Not established yet: the other side has not answered.
bool is_connecting(const facts::End &end);

/// Bytes went over its channel, either way; nullopt: can't be told.
std::optional<bool> is_used(const facts::End &end);

/// The earliest time at which they are known to have. There may have been some before: of each kind of
/// traffic the latest is known.
std::optional<Nanos> earliest_traffic(const facts::End &end);

/// Bytes had gone over its channel before `when`; nullopt: can't be told. `all_counted`: no message came
/// before `sent` and `received` began to be counted.
std::optional<bool> was_used_before(const facts::End &end, Nanos when, bool all_counted);

} // namespace unwedge::report
