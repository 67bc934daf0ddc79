// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/libbpf_log.h"

#include "util/log.h"

#include <bpf/libbpf.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace unwedge::kernel {
namespace {

int log_message(libbpf_print_level level, const char *format, va_list arguments) {
    if (level == LIBBPF_DEBUG || !spdlog::should_log(spdlog::level::info))
        return 0;
    char *text = nullptr;
    if (::vasprintf(&text, format, arguments) < 0)
        return 0;
    const std::unique_ptr<char, decltype(&std::free)> owner(text, std::free);
    // What the verifier says has thousands of lines.
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t end = rest.find('\n');
        spdlog::info("{}", rest.substr(0, end));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return 0;
}

} // namespace

void log_libbpf() {
    libbpf_set_print(log_message);
}

} // namespace unwedge::kernel
