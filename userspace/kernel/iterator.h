// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "facts/ids.h"
#include "util/fd.h"
#include "util/result.h"

#include <cstddef>
#include <cstring>
#include <vector>

struct bpf_program;

namespace unwedge::kernel {

/// A link of an iterator program over all elements of a map, to be run many times.
Result<Fd> link_map_iterator(const bpf_program *program, int map);
/// A link of an iterator program over all processes, to be run many times.
Result<Fd> link_host_iterator(const bpf_program *program);
/// A link of an iterator program over one process: all its threads, or all its descriptors.
Result<Fd> link_task_iterator(const bpf_program *program, facts::Pid pid);
/// Runs the iterator to its end and returns what the program wrote.
Result<std::vector<std::byte>> run_iterator(const Fd &link);

/// The bytes of an iterator as the records its program wrote.
template <typename Record>
std::vector<Record> records_of(const std::vector<std::byte> &bytes) {
    std::vector<Record> records(bytes.size() / sizeof(Record));
    if (!records.empty())
        std::memcpy(records.data(), bytes.data(), records.size() * sizeof(Record));
    return records;
}

} // namespace unwedge::kernel
