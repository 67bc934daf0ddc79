// SPDX-License-Identifier: GPL-2.0-only
#include "stacks/elf_file.h"

#include "procfs/memory.h"

#include <fmt/format.h>

namespace unwedge::stacks {

namespace {

constexpr std::uint64_t most_image = std::uint64_t{1} << 20; // a vdso has two pages

} // namespace

Result<Fd> open_image(const procfs::Proc &proc, facts::Pid pid, const Image &image) {
    auto mapped = proc.open_file(fmt::format("{}/map_files/{:x}-{:x}", pid, image.start, image.first_end));
    if (mapped)
        return std::move(mapped->fd);
    auto named = proc.open_file(fmt::format("{}/root/{}", pid, image.path));
    if (!named)
        return named.error();
    if (named->inode != image.inode)
        return Error{"the file was replaced since it was mapped"};
    return std::move(named->fd);
}

Result<std::vector<std::byte>> copy_image(facts::Pid pid, const Image &image) {
    if (image.end - image.start > most_image)
        return Error{"too large"};
    std::vector<std::byte> bytes(image.end - image.start);
    const auto got = procfs::read_memory(pid, image.start, bytes);
    if (!got)
        return got.error();
    bytes.resize(*got);
    return bytes;
}

} // namespace unwedge::stacks
