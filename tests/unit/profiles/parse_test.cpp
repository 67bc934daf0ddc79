// SPDX-License-Identifier: GPL-2.0-only
#include "profiles/profiles.h"

#include <gtest/gtest.h>

namespace unwedge::profiles {
namespace {

TEST(Parse, TakesEveryKey) {
    const Result<Profiles> parsed = Profiles::parse(R"(# a comment
[[rule]]
profile = "mine"
program = "python|pypy"
argv = '^([a-z]+)'
title = "x"
comm = 'y(z)?'
parent = "theirs"
parent_program = "sh"
parent_argv = 'a'
channel = "unix"
forked = true
same_program = true
name = "{1} {2} {program}"
)",
                                                    "f.toml");
    ASSERT_TRUE(parsed) << parsed.error().message;
    ASSERT_EQ(parsed->rules().size(), 1U);
    const Rule &rule = parsed->rules().front();
    EXPECT_EQ(rule.profile, "mine");
    EXPECT_TRUE(rule.program->matches("pypy"));
    EXPECT_FALSE(rule.program->matches("ipython")) << "all of it";
    EXPECT_EQ(rule.parent, "theirs");
    EXPECT_EQ(rule.channel, Wanted::unix_socket);
    EXPECT_EQ(rule.forked, true);
    EXPECT_TRUE(rule.same_program);
    EXPECT_EQ(rule.name.text(), "{1} {2} {program}");
}

TEST(Parse, AnEmptyFileHasNoRules) {
    for (const char *text : {"", "\n", "# nothing\n"})
        EXPECT_TRUE(Profiles::parse(text, "f.toml")->rules().empty());
}

TEST(Parse, TheBuiltInOnesAreSound) {
    const Result<Profiles> builtin = Profiles::builtin();
    ASSERT_TRUE(builtin) << builtin.error().message;
    EXPECT_GT(builtin->rules().size(), 20U);
}

/// toml++ frees nested tables by recursion; half a million of them ended the program.
TEST(Parse, DoesNotRecurseForDottedKeys) {
    std::string dots;
    while (dots.size() < std::size_t{1} << 20)
        dots += "a.";
    for (const std::string &text : {"[" + dots + "a]", dots + "a = 1", "rule = {" + dots + "a = 1}"}) {
        const Result<Profiles> parsed = Profiles::parse(text, "f.toml");
        ASSERT_FALSE(parsed);
        EXPECT_TRUE(parsed.error().message.ends_with(": there are too many dotted keys"));
    }
    EXPECT_TRUE(Profiles::parse("[[rule]]\nname = 'x'\nargv = '" + dots.substr(0, 2000) + "'", "f.toml"));
}

/// There toml++ 3.3 promises the compiler that there is nothing else, and so does anything.
TEST(Parse, TakesOnlyAsciiOutsideOfQuotes) {
    for (const char *text : {"[[rule]]\nargvä = 'x'", "[[rule]]\nargv ä = 'x'", "[[rule]]\nargv = 'x' ä",
                             R"([[rule]]
argv = """x""""" ä)",
                             R"([[rule]]
argv = """\ä""")",
                             R"([[rule]]
argv = """\   ä""")",
                             R"([[rule]]
argv = '\' ä)",
                             "[[rule]]\nargv = 0'ä'", "[[rule]]\nargv = 'x''ä'", "[[rule]]\nargv = ['#', ä]",
                             "[[rule]]\nargv '#' ä = 1", "[[rule]]\nargv '=\"' ä = 1"}) {
        const Result<Profiles> parsed = Profiles::parse(text, "f.toml");
        ASSERT_FALSE(parsed) << text;
        EXPECT_TRUE(parsed.error().message.starts_with("f.toml:2: argv")) << parsed.error().message;
        EXPECT_NE(parsed.error().message.find("ASCII"), std::string::npos) << parsed.error().message;
    }
}

TEST(Parse, TakesAnyTextWithinQuotesAndComments) {
    for (const char *text : {"\xEF\xBB\xBF# ä\n[[rule]]\nname = 'ä' # 'ä\nargv = \"ä\\\"ä\" # \"ä",
                             "[[rule]]\nname = '''\nä'ä''ä'''''\nargv='x'",
                             R"([[rule]]
name = """ä\"""ä\n\
  x"""
argv='\\'#ä)",
                             "[[rule]]\r\nname = ''' # '''\r\nargv=\"#\" # ä\r\n"}) {
        const Result<Profiles> parsed = Profiles::parse(text, "f.toml");
        EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message);
    }
}

struct Wrong {
    const char *text;
    const char *error;
};

class ParseErrors : public testing::TestWithParam<Wrong> {};

TEST_P(ParseErrors, AreOneLineWithFileLineAndKey) {
    const Result<Profiles> parsed = Profiles::parse(GetParam().text, "my.toml");
    ASSERT_FALSE(parsed);
    const std::string &message = parsed.error().message;
    EXPECT_TRUE(message.starts_with(GetParam().error)) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
}

INSTANTIATE_TEST_SUITE_P(
    , ParseErrors,
    testing::Values(
        // Syntax
        Wrong{"[[rule]]\nname = x\n", "my.toml:2: name: "}, Wrong{"\n[[rule", "my.toml:2: [[rule: "},
        Wrong{"[[rule]]\nargv = 'a\nname = 'b'", "my.toml:2: argv: "},
        Wrong{"[[rule]]\nargv = \"a\\d\"", "my.toml:2: argv: "},
        Wrong{"[[rule]]\nname = 'a'\nname = 'b'", "my.toml:3: name: "}, Wrong{"= 3", "my.toml:1: syntax: "},
        Wrong{"\xff\xfe", "my.toml:1: \\xff\\xfe: "}, Wrong{"[rule]\n[[rule]]", "my.toml:2: [[rule]]: "},
        // What stands outside of rules
        Wrong{"x = 1", "my.toml:1: x: is unknown"}, Wrong{"[rules]\na = 1", "my.toml:1: rules: is unknown"},
        Wrong{"[rule]\nargv = 'a'", "my.toml:1: rule: must be tables"},
        Wrong{"rule = [1]", "my.toml:1: rule: must be a table"},
        // Keys and types
        Wrong{"[[rule]]\nargv = 'a'\nnmae = 'b'", "my.toml:3: rule.nmae: is no key of a rule"},
        Wrong{"[[rule]]\nargv = 3", "my.toml:2: rule.argv: must be a string"},
        Wrong{"[[rule]]\nargv = ['a']", "my.toml:2: rule.argv: must be a string"},
        Wrong{"[[rule]]\nprofile = ''", "my.toml:2: rule.profile: must not be empty"},
        Wrong{"[[rule]]\nforked = 'yes'", "my.toml:2: rule.forked: must be true or false"},
        Wrong{"[[rule]]\nsame_program = false", "my.toml:2: rule.same_program: must be true"},
        Wrong{"[[rule]]\nchannel = 'shm'", "my.toml:2: rule.channel: must be \"any\""},
        Wrong{"[[rule]]\nchannel = true", "my.toml:2: rule.channel: must be \"any\""},
        Wrong{"'a\x1b' = 1", "my.toml:1: 'a\\x1b': "},
        Wrong{"\"a\\nb\" = 1", "my.toml:1: a\\x0ab: is unknown"},
        // Expressions
        Wrong{"[[rule]]\nargv = '(a'", "my.toml:2: rule.argv: bad regular expression: Unmatched ( or \\("},
        Wrong{"[[rule]]\ntitle = '[a'", "my.toml:2: rule.title: bad regular expression: "},
        Wrong{"[[rule]]\ncomm = '*a{2,1}'", "my.toml:2: rule.comm: bad regular expression: "},
        Wrong{"[[rule]]\nparent_argv = 'a{99999}'", "my.toml:2: rule.parent_argv: bad regular expression: "},
        Wrong{"[[rule]]\nprogram = 'a)(b'", "my.toml:2: rule.program: bad regular expression: "},
        Wrong{"[[rule]]\nargv = \"a\\u0000b\"", "my.toml:2: rule.argv: a NUL can't be matched"},
        // Names
        Wrong{"\n[[rule]]\nargv = 'a'", "my.toml:2: rule.name: is missing"},
        Wrong{"[[rule]]\nname = '{1}'\nargv = 'a'", "my.toml:2: rule.name: {1} refers to a group"},
        Wrong{"[[rule]]\nargv = 'a'\nname = '{pid}'", "my.toml:3: rule.name: '{pid}' is none of"},
        Wrong{"[[rule]]\nargv = 'a'\nname = 3", "my.toml:3: rule.name: must be a string"},
        Wrong{"[[rule]]\nname = 'all'\nprofile = 'x'", "my.toml:1: rule: has no condition"},
        Wrong{"[[rule]]\nname = 'all'\nforked = false", "my.toml:1: rule: has no condition"},
        // The first of several
        Wrong{"[[rule]]\nzzz = 1\naaa = 2", "my.toml:2: rule.zzz: "}));

} // namespace
} // namespace unwedge::profiles
