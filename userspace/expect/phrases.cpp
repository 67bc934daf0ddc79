// SPDX-License-Identifier: GPL-2.0-only
#include "expect/phrases.h"

#include "expect/outcome.h"
#include "util/printable.h"
#include "util/units.h"

#include <fmt/format.h>

namespace unwedge::expect {
namespace {

std::string socket_phrase(SocketFamily family) {
    switch (family) {
    case SocketFamily::any: return "no socket";
    case SocketFamily::inet: return "no internet socket";
    case SocketFamily::unix_socket: break;
    }
    return "no UNIX socket";
}

std::string plain_phrase(const Expectation &expectation) {
    const std::string value = printable(expectation.value);
    switch (expectation.word) {
    case Word::actor: return fmt::format("an actor '{}'", value);
    case Word::no_actor: return fmt::format("no actor '{}'", value);
    case Word::listen: return "a listener at " + value;
    case Word::no_listen: return "no listener at " + value;
    case Word::connect: return "a connection to " + value;
    case Word::no_connect: return "no connection to " + value;
    case Word::no_spawn: return "no process but the command's own";
    case Word::no_socket: return socket_phrase(expectation.family);
    case Word::ends: return "the command to end by itself";
    case Word::no_orphans: return "no process to be left";
    case Word::no_close_wait: return "no connection to be left in CLOSE_WAIT";
    case Word::no_listeners: return "no listener to be left";
    case Word::exit: return "exit status " + value;
    case Word::log_once: break;
    }
    return fmt::format("each line to be written to descriptor {} once", expectation.fd);
}

} // namespace

std::string phrase_of(const Expectation &expectation) {
    std::string phrase = plain_phrase(expectation);
    if (expectation.within)
        phrase += " within " + duration_text(*expectation.within);
    return phrase;
}

std::string_view name(Finding finding) {
    switch (finding) {
    case Finding::held: return "held";
    case Finding::failed: return "failed";
    case Finding::unknown: break;
    }
    return "unknown";
}

std::string line_of(const Outcome &outcome) {
    return fmt::format("expected {}: {}{}", outcome.expected,
                       outcome.finding == Finding::unknown ? "not known, " : "", outcome.text);
}

} // namespace unwedge::expect
