// SPDX-License-Identifier: GPL-2.0-only
#pragma once

namespace unwedge {

/// Lets this process, and what it starts from now on, open as many descriptors as it ever may.
void raise_descriptor_limit();

} // namespace unwedge
