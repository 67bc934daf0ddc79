// SPDX-License-Identifier: GPL-2.0-only
#include "diagnosis/fingerprint.h"

#include <fmt/format.h>

#include <cstdint>

namespace unwedge::diagnosis {
namespace {

constexpr std::uint64_t fnv_offset = 14695981039346656037U;
constexpr std::uint64_t fnv_prime = 1099511628211U;

constexpr bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

} // namespace

std::string fingerprint(const std::vector<std::string_view> &parts) {
    std::uint64_t hash = fnv_offset;
    auto add = [&hash](char byte) { hash = (hash ^ static_cast<unsigned char>(byte)) * fnv_prime; };
    for (std::string_view part : parts) {
        bool in_digits = false;
        for (char byte : part) {
            if (!is_digit(byte))
                add(byte);
            else if (!in_digits)
                add('0');
            in_digits = is_digit(byte);
        }
        add('\0');
    }
    return fmt::format("{:016x}", hash);
}

} // namespace unwedge::diagnosis
