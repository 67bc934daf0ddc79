// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/libbpf_log.h"

#include "util/log.h"

#include <bpf/libbpf.h>

#include <array>
#include <cstdarg>
#include <cstdio>
#include <string_view>

namespace unwedge::kernel {
namespace {

/// The kernel's own log of a program that it refuses can be long: its beginning will do.
int log_message(libbpf_print_level level, const char *format, va_list arguments) {
    if (level == LIBBPF_DEBUG)
        return 0;
    std::array<char, 2048> text{};
    std::vsnprintf(text.data(), text.size(), format, arguments);
    std::string_view line(text.data());
    while (line.ends_with('\n'))
        line.remove_suffix(1);
    spdlog::info("{}", line);
    return 0;
}

} // namespace

void log_libbpf() {
    libbpf_set_print(log_message);
}

} // namespace unwedge::kernel
