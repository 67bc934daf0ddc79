// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "diagnosis/scene.h"

#include <optional>
#include <string>

namespace unwedge::diagnosis {

/// A length by the clock of the records, which may tick every 10 ms only: never less than 1 ms.
std::string within_text(Nanos length);

/// How `actor` has talked on that end; null: that is not recorded, or not any more.
const facts::Conversation *conversation_of(const facts::Actor &actor, facts::EndId end);

/// Is an answer owed to `asker` on its end `own`? Its last word there was its own, heartbeats aside; or of
/// who answered at least eight requests with several messages each, the latest has got some, but fewer than
/// any of these, for much longer than any of these took: an acknowledgement is no answer.
bool is_owed(const Scene &scene, const facts::Actor &asker, const facts::End &own);

/// "41 requests were answered within 3 ms with 2 messages each; this one got 1, 8.0 s ago", by `answerer` on
/// its end `end`; nullopt: that is not known, or of too few.
std::optional<std::string> rhythm_text(const Scene &scene, const facts::Actor &answerer, facts::EndId end);

} // namespace unwedge::diagnosis
