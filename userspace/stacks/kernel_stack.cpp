// SPDX-License-Identifier: GPL-2.0-only
#include "stacks/kernel_stack.h"

#include "procfs/number.h"
#include "util/line.h"

#include <cerrno>

#include <fmt/format.h>

namespace unwedge::stacks {

namespace {

constexpr std::size_t most_kernel_frames = 64;

/// "[<0>] ep_poll+0x3a5/0x3e0 [module]" → "ep_poll"; "" if it is no frame.
std::string_view function_in(std::string_view line) {
    if (!procfs::next_word(line).starts_with("[<"))
        return {};
    const std::string_view symbol = procfs::next_word(line);
    return symbol.substr(0, symbol.find('+'));
}

} // namespace

std::vector<std::string> parse_kernel_stack(std::string_view text) {
    std::vector<std::string> functions;
    while (!text.empty() && functions.size() < most_kernel_frames) {
        const std::string_view function = function_in(cut_line(text));
        if (!function.empty())
            functions.emplace_back(function);
    }
    return functions;
}

Result<std::vector<std::string>> kernel_stack(const procfs::Proc &proc, facts::Pid pid, facts::Pid tid) {
    const auto text = proc.read_text(fmt::format("{}/task/{}/stack", pid, tid));
    if (!text && (text.error().code == EACCES || text.error().code == EPERM))
        return Error{"only root may see where it is in the kernel", text.error().code};
    if (!text)
        return text.error();
    return parse_kernel_stack(*text);
}

} // namespace unwedge::stacks
