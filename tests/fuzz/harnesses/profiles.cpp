// SPDX-License-Identifier: GPL-2.0-only
#include "profiles/profiles.h"

#include "harness.h"
#include "oracle.h"
#include "util/utf8.h"

namespace unwedge::fuzz {
namespace {

using profiles::Profiles;

/// Somebody whom a rule may recognise.
profiles::Traits traits() {
    profiles::Traits traits;
    traits.argv = "python3 -m tractor._child --uid ('child', '1')";
    traits.program = "python";
    traits.title = "ray::\x1b]0;Task.run\x07";
    traits.comm = "a\nb)";
    traits.called = "tractor._child";
    traits.links = {.tcp = true, .unix_socket = true, .pipe = true};
    traits.parent = {
        .pid = 1, .name = "root", .profile = "tractor", .argv = "python3 app.py", .program = "python"};
    traits.same_program = true;
    return traits;
}

void check_rule(const profiles::Rule &rule, const profiles::Traits &traits) {
    require(!rule.name.text().empty(), "a rule names");
    const auto groups = rule.match(traits);
    if (!groups)
        return;
    const std::string name =
        rule.name.expand({.groups = *groups, .program = traits.called, .parent = "root"});
    require(is_harmless(name), "a name is harmless");
    require(columns(name) <= profiles::longest_name, "a name is short");
}

void check(std::string_view input) {
    const auto profiles = Profiles::parse(input, "my.toml");
    if (!profiles) {
        const std::string &message = profiles.error().message;
        require(message.starts_with("my.toml:"), "an error names its file");
        require(message.find('\n') == std::string::npos, "an error is one line");
        return;
    }
    profiles::Traits who = traits();
    for (const profiles::Rule &rule : profiles->rules()) {
        who.forked = rule.forked.value_or(false);
        check_rule(rule, who);
    }
}

std::vector<std::string> deep() {
    constexpr std::size_t size = std::size_t{1} << 20;
    const auto repeated = [](std::string_view text, std::size_t count) {
        std::string all;
        while (count-- > 0)
            all += text;
        return all;
    };
    const auto rule = [](const std::string &expression) {
        return "[[rule]]\nname = 'x'\nargv = '" + expression + "'\n";
    };
    return {"[" + repeated("a.", size / 2) + "a]\n",
            "rule" + repeated(".a", size / 2) + " = 1\n",
            "rule = " + repeated("[", size),
            "rule = " + repeated("{a=", size / 3),
            repeated("[[rule]]\nname='x'\nargv='y'\n", 10'000),
            rule(repeated("(", size / 2) + "a" + repeated(")", size / 2)),
            rule(repeated("(", 40) + "a" + repeated("+)", 40)),
            rule("((((a{9999}){9999}){9999}){9999})"),
            rule(repeated("a|", size / 2)),
            rule("(a*)*\\1b(c*)*\\2")};
}

const Registered registered({.name = "profiles", .check = check, .oversized = deep});

} // namespace
} // namespace unwedge::fuzz
