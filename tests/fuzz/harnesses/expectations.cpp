// SPDX-License-Identifier: GPL-2.0-only
#include "expect/checker.h"
#include "expect/expectation.h"

#include "harness.h"
#include "oracle.h"

namespace unwedge::fuzz {
namespace {

using expect::Expectation;

/// Of a run by somebody whose name is the input's, and whose sockets are.
void check_judgement(const Expectation &expectation, std::string_view name) {
    expect::Checker checker({expectation}, {}, expect::Checker::Source::events);
    const facts::SocketAddress place{
        .kind = facts::SocketAddress::Kind::unix_socket, .ip = "", .port = 0, .path = std::string(name)};
    checker.begin(1, {std::string(name)}, Nanos());
    checker.saw(
        facts::Event(facts::Forked{.at = Nanos(1), .parent = 1, .child = 2, .comm = std::string(name)}));
    checker.saw(facts::Call(facts::Connecting{Nanos(2), 2, 0, place, 0}));
    checker.saw(facts::Call(facts::Listening{Nanos(2), 2, place}));
    const std::vector<expect::Outcome> outcomes = checker.judge({});
    require(outcomes.size() == 1, "each expectation is judged once");
    require(is_harmless(line_of(outcomes.front())), "what is told of it is harmless");
    require(is_harmless(outcomes.front().text), "and so is what the JSON tells");
}

void check(std::string_view input) {
    const Result<Expectation> one = expect::parse(input);
    if (one)
        check_judgement(*one, input);
    else
        require(is_harmless(one.error().message), "a complaint is harmless, and one line");
    const Result<std::vector<Expectation>> all = expect::parse_file(input, "my.toml");
    if (!all) {
        require(all.error().message.starts_with("my.toml:"), "an error names its file");
        require(is_harmless(all.error().message), "an error is harmless, and one line");
        return;
    }
    require(!all->empty(), "a file that holds none is a mistake");
    for (const Expectation &expectation : *all)
        check_judgement(expectation, input);
}

const Registered registered({.name = "expectations", .check = check});

} // namespace
} // namespace unwedge::fuzz
