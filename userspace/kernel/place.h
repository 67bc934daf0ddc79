// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/result.h"

#include <cstdint>
#include <string_view>

struct btf;

namespace unwedge::kernel {

/// Where in the kernel a program can be attached.
enum class Place {
    tracepoint,     ///< tp_btf
    function_entry, ///< fentry
    function_exit,  ///< fexit
    kprobe,         ///< at a function's entry
    kretprobe,      ///< at both ends of it
    iterator        ///< over the elements of a kind; for tasks, of one process (Linux 6.1)
};

enum class Probing {
    first_that_loads, ///< as first_that_works, but fentry and fexit programs are not attached
    first_that_works, ///< what comes after it is not tried
    all               ///< for people who want to know
};

/// Loads a minimal program for a place, e.g. the function `target`, and attaches it. Fails with why the
/// kernel of `kernel_types` refuses it.
Result<void> try_place(const btf *kernel_types, Place place, std::string_view target, Probing probing);

/// How many arguments a function of that kernel has; 0 if there is no such function.
std::uint32_t arguments_of(const btf *kernel_types, const char *function);

/// Makes a map of state that tasks carry (Linux 5.11, which lets programs use that of sockets, too).
Result<void> try_task_storage();

} // namespace unwedge::kernel
