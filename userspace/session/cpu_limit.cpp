// SPDX-License-Identifier: GPL-2.0-only
#include "session/cpu_limit.h"

#include "procfs/number.h"

#include <fmt/format.h>

#include <fstream>
#include <ranges>
#include <sstream>

namespace unwedge::session {
namespace {

constexpr std::string_view root_of_v2 = "/sys/fs/cgroup";
constexpr std::string_view root_of_v1 = "/sys/fs/cgroup/cpu";

std::string text_of(const std::string &path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return file ? text.str() : "";
}

/// Its first word; 0 if that is no number.
std::int64_t number_in(std::string_view text) {
    return procfs::parse_number<std::int64_t>(procfs::next_word(text)).value_or(0);
}

/// Of "nr_throttled 17" among other lines.
std::uint64_t times_throttled(std::string_view stat) {
    while (!stat.empty())
        if (procfs::next_word(stat) == "nr_throttled")
            return static_cast<std::uint64_t>(number_in(stat));
    return 0;
}

/// In microseconds; 0 or less: there is none.
struct Quota {
    std::int64_t quota = 0;
    std::int64_t period = 0;
};

Quota quota_in(const std::string &folder, bool is_v2) {
    if (!is_v2)
        return {number_in(text_of(folder + "/cpu.cfs_quota_us")),
                number_in(text_of(folder + "/cpu.cfs_period_us"))};
    const std::string text = text_of(folder + "/cpu.max"); // "max 100000"
    std::string_view rest = text;
    const std::int64_t quota = number_in(rest);
    procfs::next_word(rest);
    return {quota, number_in(rest)};
}

} // namespace

std::optional<CgroupPath> cgroup_of(std::string_view text) {
    std::optional<CgroupPath> v2;
    for (const auto part : std::views::split(text, '\n')) {
        const std::string_view line(part.begin(), part.end()); // "4:cpu,cpuacct:/a/b", "0::/a/b"
        const std::size_t first = line.find(':');
        const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
        if (second == std::string_view::npos)
            continue;
        const std::string path(line.substr(second + 1));
        for (const auto name : std::views::split(line.substr(first + 1, second - first - 1), ','))
            if (std::string_view(name.begin(), name.end()) == "cpu")
                return CgroupPath{false, path};
        if (line.starts_with("0::"))
            v2 = CgroupPath{true, path};
    }
    return v2;
}

std::optional<facts::CpuLimit> cpu_limit(const procfs::Proc &proc, facts::Pid pid) {
    const Result<std::string> text = proc.read_piece(fmt::format("{}/cgroup", pid));
    const std::optional<CgroupPath> own = text ? cgroup_of(*text) : std::nullopt;
    if (!own || own->path.find("/..") != std::string::npos) // outside of this cgroup namespace
        return std::nullopt;
    for (std::string path = own->path; path.size() > 1; path.resize(path.rfind('/'))) {
        const std::string folder = fmt::format("{}{}", own->is_v2 ? root_of_v2 : root_of_v1, path);
        const Quota found = quota_in(folder, own->is_v2);
        if (found.quota > 0 && found.period > 0)
            return facts::CpuLimit{path, std::chrono::microseconds(found.quota),
                                   std::chrono::microseconds(found.period),
                                   times_throttled(text_of(folder + "/cpu.stat"))};
    }
    return std::nullopt;
}

} // namespace unwedge::session
