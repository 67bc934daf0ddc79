// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/call.h"
#include "facts/event.h"

#include <cstddef>
#include <optional>
#include <span>

namespace unwedge::kernel {

/// One ring-buffer record as a fact; nullopt if its kind or size is none that this ABI knows.
std::optional<facts::Event> decode_event(std::span<const std::byte> record);

/// The same of what is no event of the tree's life.
std::optional<facts::Call> decode_call(std::span<const std::byte> record);

} // namespace unwedge::kernel
