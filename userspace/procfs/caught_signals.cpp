// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/caught_signals.h"

#include "procfs/number.h"

#include <csignal>
#include <cstdint>

namespace unwedge::procfs {
namespace {

constexpr std::uint64_t bit(int signal) {
    return std::uint64_t{1} << (signal - 1);
}

/// The first two of real time are the C library's own: cancellation, and setuid(2) for all threads.
constexpr std::uint64_t of_real_time = ~std::uint64_t{0} << 33;
constexpr std::uint64_t telling = bit(SIGTERM) | bit(SIGHUP) | bit(SIGUSR1) | bit(SIGUSR2) | bit(SIGCHLD) |
                                  bit(SIGCONT) | bit(SIGALRM) | of_real_time;

} // namespace

std::optional<bool> listens_to_signals(std::string_view status) {
    constexpr std::string_view key = "\nSigCgt:";
    const std::size_t at = status.find(key);
    if (at == std::string_view::npos)
        return std::nullopt;
    std::string_view rest = status.substr(at + key.size());
    const auto caught = parse_number<std::uint64_t>(next_word(rest), 16);
    return caught ? std::optional((*caught & telling) != 0) : std::nullopt;
}

} // namespace unwedge::procfs
