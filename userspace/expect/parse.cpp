// SPDX-License-Identifier: GPL-2.0-only
#include "expect/expectation.h"

#include "util/duration.h"
#include "util/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace unwedge::expect {
namespace {

/// What stands behind a word.
enum class Value { none, optional, needed };

constexpr std::string_view within_option = "within=";
constexpr std::string_view window_option = "window=";
constexpr int highest_fd = 65535;
constexpr Nanos longest_window = std::chrono::seconds(10);

struct Grammar {
    std::string_view text;
    Word word;
    Value value = Value::none;
    std::string_view option; ///< the one it takes
};

constexpr std::array grammar{
    Grammar{"actor", Word::actor, Value::needed, within_option},
    Grammar{"no-actor", Word::no_actor, Value::needed},
    Grammar{"listen", Word::listen, Value::needed, within_option},
    Grammar{"no-listen", Word::no_listen, Value::needed},
    Grammar{"connect", Word::connect, Value::needed, within_option},
    Grammar{"no-connect", Word::no_connect, Value::needed},
    Grammar{"no-spawn", Word::no_spawn},
    Grammar{"no-socket", Word::no_socket, Value::optional},
    Grammar{"ends", Word::ends, Value::none, within_option},
    Grammar{"no-orphans", Word::no_orphans},
    Grammar{"no-close-wait", Word::no_close_wait},
    Grammar{"no-listeners", Word::no_listeners},
    Grammar{"exit", Word::exit, Value::needed},
    Grammar{"log-once", Word::log_once, Value::optional, window_option},
};

std::string all_words() {
    std::string words;
    for (const Grammar &one : grammar)
        words += fmt::format("{}{}", words.empty() ? "" : ", ", one.text);
    return words;
}

/// Of a value that may hold commas itself the last part only, if it is an option.
std::optional<std::string_view> cut_option(std::string_view &rest, std::string_view name) {
    const std::size_t comma = rest.rfind(',');
    if (comma == std::string_view::npos || !rest.substr(comma + 1).starts_with(name))
        return std::nullopt;
    const std::string_view value = rest.substr(comma + 1 + name.size());
    rest = rest.substr(0, comma);
    return value;
}

Result<void> take_family(Expectation &expectation, std::string_view value) {
    if (value == "inet")
        expectation.family = SocketFamily::inet;
    else if (value == "unix")
        expectation.family = SocketFamily::unix_socket;
    else if (!value.empty())
        return Error{fmt::format("'{}' is not inet or unix", printable(value))};
    return {};
}

Result<void> take_fd(Expectation &expectation, std::string_view value) {
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), expectation.fd);
    if (error != std::errc() || end != value.data() + value.size() || expectation.fd < 0 ||
        expectation.fd > highest_fd)
        return Error{fmt::format("'{}' is no descriptor", printable(value))};
    return {};
}

Result<void> take_status(Expectation &expectation, std::string_view value) {
    constexpr int highest = 255;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), expectation.status);
    if (error != std::errc() || end != value.data() + value.size() || expectation.status < 0 ||
        expectation.status > highest)
        return Error{fmt::format("'{}' is no exit status: 0 to 255", printable(value))};
    return {};
}

Result<void> take_value(Expectation &expectation, std::string_view value) {
    expectation.value = value;
    switch (expectation.word) {
    case Word::listen:
    case Word::no_listen:
    case Word::connect:
    case Word::no_connect: {
        Result<Address> address = parse_address(value);
        if (!address)
            return address.error();
        expectation.address = std::move(*address);
        return {};
    }
    case Word::no_socket: return take_family(expectation, value);
    case Word::exit: return take_status(expectation, value);
    case Word::log_once: return take_fd(expectation, value);
    default: return {};
    }
}

Result<void> take_option(Expectation &expectation, std::string_view option, std::string_view value) {
    const std::optional<Nanos> length = parse_duration(value);
    const std::string_view name = option.substr(0, option.size() - 1);
    if (!length)
        return Error{
            fmt::format("{}: '{}' is no length of time like 3, 0.5s, 100ms, 2m", name, printable(value))};
    if (option == within_option)
        expectation.within = *length;
    else if (*length > longest_window)
        return Error{fmt::format("{}: {} is too long: at most 10s", name, printable(value))};
    else
        expectation.window = *length;
    return {};
}

/// A listener over UDP does not exist: a socket that is bound takes what comes.
Result<void> require_sense(const Expectation &expectation) {
    const bool listens = expectation.word == Word::listen || expectation.word == Word::no_listen;
    if (listens && expectation.address.kind == facts::SocketAddress::Kind::udp)
        return Error{"UDP sockets don't listen"};
    return {};
}

} // namespace

Result<Expectation> parse(std::string_view spec) {
    Expectation expectation{.spec = printable(spec)};
    const std::string_view word = spec.substr(0, spec.find_first_of("=,"));
    const auto *const found = std::ranges::find(grammar, word, &Grammar::text);
    const auto wrong = [&](std::string_view what) {
        return Error{fmt::format("'{}': {}", expectation.spec, what)};
    };
    if (found == grammar.end())
        return wrong(fmt::format("there is no such word; there are {}", all_words()));
    expectation.word = found->word;
    std::string_view rest = spec.substr(word.size());
    if (const auto option = found->option.empty() ? std::nullopt : cut_option(rest, found->option))
        if (const Result<void> taken = take_option(expectation, found->option, *option); !taken)
            return wrong(taken.error().message);
    const bool has_value = rest.starts_with('=') && rest.size() > 1;
    if (found->value == Value::needed && !has_value)
        return wrong(fmt::format("{} needs a value: {}=…", word, word));
    if (!rest.empty() && (found->value == Value::none || !has_value))
        return wrong(fmt::format("'{}' is too much", printable(rest)));
    if (has_value)
        if (const Result<void> taken = take_value(expectation, rest.substr(1)); !taken)
            return wrong(taken.error().message);
    if (const Result<void> sensible = require_sense(expectation); !sensible)
        return wrong(sensible.error().message);
    return expectation;
}

bool needs_bpf(const Expectation &expectation) {
    switch (expectation.word) {
    case Word::no_actor:
    case Word::no_listen:
    case Word::connect:
    case Word::no_connect:
    case Word::no_spawn:
    case Word::no_socket:
    case Word::log_once: return true;
    default: return false;
    }
}

facts::CallsWanted calls_for(const std::vector<Expectation> &expectations) {
    using Kind = facts::SocketAddress::Kind;
    facts::CallsWanted wanted;
    for (const Expectation &one : expectations) {
        const bool connects = one.word == Word::connect || one.word == Word::no_connect;
        const bool listens = one.word == Word::listen || one.word == Word::no_listen;
        const bool tcp = one.address.kind == Kind::tcp;
        wanted.tcp = wanted.tcp || ((connects || listens) && tcp);
        wanted.connects = wanted.connects || (connects && !tcp);
        wanted.listens = wanted.listens || (listens && !tcp);
        wanted.sockets = wanted.sockets || one.word == Word::no_socket;
        if (one.word == Word::log_once)
            wanted.writes = facts::WritesWanted{one.fd, one.window};
    }
    return wanted;
}

/// The kernel looks at the lines of one descriptor.
Result<void> require_harmony(const std::vector<Expectation> &expectations) {
    const auto is_log_once = [](const Expectation &one) { return one.word == Word::log_once; };
    if (std::ranges::count_if(expectations, is_log_once) > 1)
        return Error{"log-once can be expected once only"};
    return {};
}

bool is_about_the_end(const Expectation &expectation) {
    return expectation.word == Word::no_orphans || expectation.word == Word::no_close_wait ||
           expectation.word == Word::no_listeners;
}

} // namespace unwedge::expect
