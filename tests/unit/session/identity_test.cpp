// SPDX-License-Identifier: GPL-2.0-only
#include "session/identity.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

namespace unwedge::session {
namespace {

class IdentityTest : public ::testing::Test {
  protected:
    void SetUp() override {
        ::unsetenv("SUDO_UID");
        ::unsetenv("SUDO_GID");
        if (::geteuid() != 0)
            GTEST_SKIP() << "only root can become somebody else";
    }
    void TearDown() override {
        ::unsetenv("SUDO_UID");
        ::unsetenv("SUDO_GID");
    }
};

TEST_F(IdentityTest, WithoutSudoAndOptionItStaysAsItIs) {
    EXPECT_FALSE(command_identity(std::nullopt)->has_value());
}

TEST_F(IdentityTest, UnderSudoItIsWhoCalled) {
    ::setenv("SUDO_UID", "65534", 1);
    ::setenv("SUDO_GID", "65533", 1);
    const std::optional<Identity> identity = *command_identity(std::nullopt);
    ASSERT_TRUE(identity);
    EXPECT_EQ(identity->uid, 65534U);
    EXPECT_EQ(identity->gid, 65533U);
    EXPECT_EQ(identity->name, "nobody");
}

TEST_F(IdentityTest, SudoOfRootItselfChangesNothing) {
    ::setenv("SUDO_UID", "0", 1);
    EXPECT_FALSE(command_identity(std::nullopt)->has_value());
}

TEST_F(IdentityTest, NonsenseInTheEnvironmentIsIgnored) {
    ::setenv("SUDO_UID", "12x", 1);
    EXPECT_FALSE(command_identity(std::nullopt)->has_value());
}

TEST_F(IdentityTest, TheOptionOverridesSudo) {
    ::setenv("SUDO_UID", "1", 1);
    EXPECT_EQ((*command_identity("nobody"))->uid, 65534U);
}

TEST_F(IdentityTest, AUidNeedsNoName) {
    const std::optional<Identity> identity = *command_identity("4242424");
    EXPECT_EQ(identity->uid, 4242424U);
    EXPECT_EQ(identity->groups, std::vector<gid_t>{4242424});
}

TEST_F(IdentityTest, AnUnknownNameIsAnError) {
    const auto identity = command_identity("no-such-user");
    ASSERT_FALSE(identity);
    EXPECT_NE(identity.error().message.find("no-such-user"), std::string::npos);
}

} // namespace
} // namespace unwedge::session
