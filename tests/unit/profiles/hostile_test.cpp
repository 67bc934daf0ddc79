// SPDX-License-Identifier: GPL-2.0-only
// Command lines, titles and comms are what a stranger wants them to be.
#include "naming.h"

#include "util/utf8.h"

#include <random>

namespace unwedge::profiles {
namespace {

bool is_printable(std::string_view text) {
    while (!text.empty()) {
        const Glyph glyph = first_glyph(text);
        if (!glyph.valid || glyph.code < 0x20 || (glyph.code >= 0x7f && glyph.code < 0xa0))
            return false;
        text.remove_prefix(glyph.bytes.size());
    }
    return true;
}

TEST(Hostile, ATitleIsMadePrintableAndShort) {
    Naming tree;
    tree.actor(1, 0, {"app"}).title("ray::\x1b]0;owned\x07\n\xff\xe2\x80\xae" + std::string(5000, 'x'));
    const Named named = tree.named(1);
    EXPECT_EQ(named.second, "ray");
    EXPECT_TRUE(named.first.starts_with("ray::\\x1b]0;owned\\x07\\x0a\\xff\\xe2\\x80\\xae")) << named.first;
    EXPECT_LE(columns(named.first), longest_name);
}

TEST(Hostile, ANameOfNothingIsNoName) {
    Naming tree(rules("[[rule]]\ntitle = '^x(.*)'\nname = '{1}'"));
    tree.actor(1, 0, {"/opt/app"}).title("x   ");
    EXPECT_EQ(tree.named(1).first, "app");
}

TEST(Hostile, NobodyTitlesItselfIntoAnothersPlace) {
    Naming tree;
    tree.actor(1, 0, {"python3", "worker.py"}).hold(7, 1);
    tree.actor(2, 1, {"python3", "-m", "tractor._child", "--uid", "('child', '1')"}).title("ray::Fake.run");
    tree.forked(3, 1).hold(8, 2).title("ray::Fake.run");
    tree.build.unix_pair(1, 2);
    EXPECT_EQ(tree.named(2), Named("child", "tractor"));
    EXPECT_EQ(tree.named(3), Named("worker.py #1", "multiprocessing"));
}

TEST(Hostile, LongCommandLinesAreCutBeforeTheyAreMatched) {
    Naming tree;
    const std::string paren(1 << 20, '(');
    tree.actor(1, 0, {"python3", paren, paren}).title(paren).comm(paren);
    tree.actor(2, 1, std::vector<std::string>(100'000, "-m tractor._child --uid ("));
    EXPECT_EQ(tree.named(1).second, std::nullopt);
    EXPECT_EQ(tree.named(2).second, std::nullopt);
}

TEST(Hostile, AnyBytesWillDo) {
    std::mt19937 random(7);
    const std::vector<std::string> bait{"ray::",
                                        "tractor[",
                                        "_subactor[",
                                        "@1]",
                                        "[celeryd: ",
                                        ":MainProcess]",
                                        "dask worker",
                                        "-m tractor._child --uid ('",
                                        "', '1')",
                                        "multiprocessing.spawn",
                                        "[pytest-xdist running] "};
    auto noise = [&] {
        std::string text;
        for (auto parts = random() % 6; parts-- > 0;) {
            text += bait[random() % bait.size()];
            for (auto bytes = random() % 12; bytes-- > 0;)
                text += static_cast<char>(1 + random() % 255);
        }
        return text;
    };
    for (int round = 0; round < 500; ++round) {
        Naming tree;
        tree.actor(1, 0, {noise(), noise(), noise()}).title(noise()).comm(noise());
        tree.actor(2, 1, {noise(), noise()}).title(noise()).comm(noise());
        tree.forked(3, 1).title(noise());
        for (const facts::Pid pid : {1, 2, 3}) {
            const Named named = tree.named(pid);
            if (named.second) {
                EXPECT_TRUE(is_printable(named.first));
                EXPECT_LE(columns(named.first), longest_name);
            }
        }
    }
}

} // namespace
} // namespace unwedge::profiles
