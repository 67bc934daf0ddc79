// SPDX-License-Identifier: GPL-2.0-only
#include "recording/hosts.h"

#include "recording/sql.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace unwedge::recording {
namespace {

using namespace std::chrono_literals;

/// Between the two clocks of a host lies when it was booted, which no two hosts of one name share, but for
/// the steps by which the wall clock was set in between.
constexpr Nanos same_boot = 1s;

bool is_same_host(const Meta &one, const Meta &other) {
    const std::optional<Nanos> offset = wall_clock_offset(one, other);
    return one.host == other.host && offset && std::chrono::abs(*offset) <= same_boot;
}

/// "ci-7" of "ci-7.example.org".
std::string short_name(const std::string &host) {
    return host.substr(0, host.find('.'));
}

std::string label_of(const std::string &host, const std::vector<std::string> &others) {
    const auto is_taken = [&](const std::string &name) { return std::ranges::count(others, name) > 0; };
    if (!is_taken(short_name(host)))
        return short_name(host);
    std::string label = host;
    for (int number = 2; is_taken(label); ++number)
        label = fmt::format("{}#{}", host, number);
    return label;
}

} // namespace

std::optional<Nanos> wall_clock_offset(const Meta &first, const Meta &other) {
    std::int64_t offset = 0;
    if (__builtin_sub_overflow((first.begin - first.begin_unix).count(),
                               (other.begin - other.begin_unix).count(), &offset) ||
        offset < -longest_time || offset > longest_time)
        return std::nullopt;
    return Nanos(offset);
}

Hosts hosts_of(const std::vector<Recording> &recordings) {
    Hosts hosts;
    std::vector<const Meta *> first_of_each;
    for (const Recording &recording : recordings) {
        const auto known = std::ranges::find_if(
            first_of_each, [&](const Meta *one) { return is_same_host(*one, recording.meta); });
        hosts.of.push_back(static_cast<std::size_t>(known - first_of_each.begin()));
        if (known != first_of_each.end())
            continue;
        first_of_each.push_back(&recording.meta);
        hosts.labels.push_back(label_of(recording.meta.host, hosts.labels));
    }
    return hosts;
}

} // namespace unwedge::recording
