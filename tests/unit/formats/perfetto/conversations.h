// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "recording/recording.h"

namespace unwedge::formats::conversations {

/// Client 10 and server 11 on a UNIX socket, seen by two looks: a request of 100 bytes that was received in
/// two parts, a reply of 20, and a request of 50 that is still unread and stalled. The server was parked at
/// both looks and ran in between; the client stood still.
recording::Recording dialogue();

/// The same, but the server's queue was not empty at first, as one of 100 bytes that nobody saw lay in it:
/// each receive is of the request before.
recording::Recording slipped();

} // namespace unwedge::formats::conversations
