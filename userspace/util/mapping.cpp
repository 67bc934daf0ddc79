// SPDX-License-Identifier: GPL-2.0-only
#include "util/mapping.h"

#include <cerrno>
#include <sys/mman.h>

namespace unwedge {

Result<Mapping> Mapping::of(int fd, std::size_t size) {
    void *start = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
    if (start == MAP_FAILED)
        return errno_error("mapping memory", errno);
    return Mapping(start, size);
}

Mapping::~Mapping() {
    if (start_)
        ::munmap(start_, size_);
}

} // namespace unwedge
