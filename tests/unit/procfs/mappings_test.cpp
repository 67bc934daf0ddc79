// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/mappings.h"

#include <gtest/gtest.h>

namespace unwedge::procfs {
namespace {

constexpr std::string_view maps =
    "00400000-00452000 r-xp 00000000 08:02 173521      /usr/bin/dbus-daemon\n"
    "00e03000-00e24000 rw-p 00000000 00:00 0           [heap]\n"
    "7f1000-7f2000 rw-s 00000000 00:1a 302             /dev/shm/sem.jg4WOu (deleted)\n"
    "7f2000-7f3000 rw-s 00000000 00:01 1029            /dev/zero (deleted)\n"
    "7f3000-7f4000 rw-s 00000000 00:1a 305             /dev/shm/psm_named\n"
    "7f4000-7f5000 rw-s 00000000 00:01 4               /SYSV0000162e (deleted)\n"
    "7f5000-7f6000 rw-s 00000000 00:01 5               /memfd:queue (deleted)\n"
    "7f6000-7f7000 rw-s 00001000 00:1a 302             /dev/shm/sem.jg4WOu (deleted)\n";

TEST(Mappings, TellWhatALockIsSharedBy) {
    EXPECT_EQ(shared_memory_at(maps, 0x7f1000), "00:1a:302");
    EXPECT_EQ(shared_memory_at(maps, 0x7f1fff), "00:1a:302");
    EXPECT_EQ(shared_memory_at(maps, 0x7f2000), "00:01:1029");
    EXPECT_EQ(shared_memory_at(maps, 0x7f6004), "00:1a:302") << "another page of the same";
}

TEST(Mappings, TellWhatIsAProcessesOwn) {
    EXPECT_EQ(shared_memory_at(maps, 0xe03010), "");
}

TEST(Mappings, DoNotTellOfWhatOthersCanComeTo) {
    for (const std::uint64_t address : {0x7f3000, 0x7f4000, 0x7f5000})
        EXPECT_EQ(shared_memory_at(maps, address), std::nullopt) << std::hex << address;
}

TEST(Mappings, DoNotTellOfWhatIsNotMapped) {
    EXPECT_EQ(shared_memory_at(maps, 0x10), std::nullopt);
    EXPECT_EQ(shared_memory_at(maps, 0x7f7000), std::nullopt);
    EXPECT_EQ(shared_memory_at("", 0), std::nullopt);
    EXPECT_EQ(shared_memory_at("no map\n-\n1-2\n1-2 rw\n", 1), std::nullopt);
}

TEST(Mappings, ListSharedMemoryOnce) {
    EXPECT_EQ(shared_memory_of(maps), (std::vector<std::string>{"00:01:1029", "00:1a:302"}));
}

} // namespace
} // namespace unwedge::procfs
