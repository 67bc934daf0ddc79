// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "expect/address.h"
#include "facts/call.h"
#include "util/clock.h"
#include "util/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace unwedge::expect {

/// What is expected; docs/expectations.md has each.
enum class Word {
    actor,
    no_actor,
    listen,
    no_listen,
    connect,
    no_connect,
    no_spawn,
    no_socket,
    ends,
    no_orphans,
    no_close_wait,
    no_listeners,
    exit,
    log_once
};

enum class SocketFamily { any, inet, unix_socket };

/// One expectation on a run, as the user wrote it and what it means. Of the latter each word has its own.
struct Expectation {
    std::string spec; ///< as given; printable in any terminal
    Word word = Word::ends;
    std::string value; ///< behind the '=', without options; actor, no_actor: a pattern with * and ?
    Address address;   ///< listen, no_listen, connect, no_connect
    SocketFamily family = SocketFamily::any; ///< no_socket
    int status = 0;                          ///< exit: 0 to 255
    int fd = 2;                              ///< log_once: the descriptor that it is written to
    Nanos window =
        std::chrono::milliseconds(50);          ///< log_once: what is written again so soon is the same line
    std::optional<Nanos> within = std::nullopt; ///< actor, listen, connect, ends: from the command's start
};

/// "WORD[=VALUE][,OPTION=VALUE…]". The Error is one line that says what is wrong with it.
Result<Expectation> parse(std::string_view spec);

/// Those of a TOML file's `text`: `expect = ["…", …]`. The Error is one line, "FILE:LINE: what is wrong".
Result<std::vector<Expectation>> parse_file(std::string_view text, const std::string &file);

/// It is about what passes between two looks, which /proc can't tell.
bool needs_bpf(const Expectation &expectation);

/// What has to be told beside the tree's life to judge all of these.
facts::CallsWanted calls_for(const std::vector<Expectation> &expectations);

/// One line that says which of them do not go together; success if they do.
Result<void> require_harmony(const std::vector<Expectation> &expectations);

/// It is about what is left when the command has ended.
bool is_about_the_end(const Expectation &expectation);

} // namespace unwedge::expect
