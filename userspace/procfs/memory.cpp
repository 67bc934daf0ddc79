// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/memory.h"

#include <cerrno>
#include <limits>

#include <sys/uio.h>

#include <fmt/format.h>

namespace unwedge::procfs {

Result<std::size_t> read_memory(facts::Pid pid, std::uint64_t address, std::span<std::byte> into) {
    const auto failed = [&](int code) {
        return errno_error(fmt::format("can't read {} B of process {} at {:#x}", into.size(), pid, address),
                           code);
    };
    if (into.empty())
        return std::size_t{0};
    // An end beyond the address space is a hostile length; nothing down there should have to cope with it.
    if (address > std::numeric_limits<std::uint64_t>::max() - into.size())
        return failed(EFAULT);
    const iovec local{into.data(), into.size()};
    // An address of another process: never dereferenced here.
    const iovec remote{reinterpret_cast<void *>(address), into.size()}; // NOLINT(performance-no-int-to-ptr)
    const ssize_t got = ::process_vm_readv(pid, &local, 1, &remote, 1, 0);
    if (got < 0)
        return failed(errno);
    if (got == 0)
        return failed(EFAULT);
    return static_cast<std::size_t>(got);
}

} // namespace unwedge::procfs
