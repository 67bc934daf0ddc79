// SPDX-License-Identifier: GPL-2.0-only
// Loads each BPF program by itself and prints what the kernel's verifier says of it, as JSON: instructions
// processed and bytes of stack, the most of all levels; or why it was refused. Needs CAP_BPF and CAP_PERFMON.
#include "abi.h"
#include "kernel/place.h"
#include "unwedge.skel.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <nlohmann/json.hpp>
#include <sys/utsname.h>

#include <algorithm>
#include <charconv>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::uint32_t statistics = 4; ///< BPF_LOG_STATS, include/linux/bpf_verifier.h

using unwedge::kernel::arguments_of;
using Btf = std::unique_ptr<btf, decltype(&btf__free)>;
using Skeleton = std::unique_ptr<unwedge_bpf, decltype(&unwedge_bpf__destroy)>;

struct Effort {
    unsigned instructions = 0;
    unsigned stack = 0; ///< bytes, of all its functions together
};

/// The number behind `words`; nullopt if they are not there.
std::optional<unsigned> number_after(std::string_view log, std::string_view words) {
    const auto found = log.rfind(words);
    if (found == std::string_view::npos)
        return std::nullopt;
    const char *const begin = log.data() + found + words.size();
    unsigned number = 0;
    return std::from_chars(begin, log.data() + log.size(), number).ec == std::errc() ? std::optional(number)
                                                                                     : std::nullopt;
}

/// "stack depth 64+0+16": of each function of the program.
unsigned stack_of(std::string_view log) {
    constexpr std::string_view words = "stack depth ";
    const auto found = log.rfind(words);
    unsigned sum = 0;
    if (found == std::string_view::npos)
        return sum;
    std::string_view rest = log.substr(found + words.size());
    for (;;) {
        unsigned depth = 0;
        const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), depth);
        if (error != std::errc())
            return sum;
        sum += depth;
        rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
        if (!rest.starts_with('+'))
            return sum;
        rest.remove_prefix(1);
    }
}

/// The verifier knows the constants that a level sets, and skips what they rule out.
enum class Timing { none, exact };

/// Reading the kernel's types takes longer than most programs.
std::uint32_t tcp_recvmsg_arguments() {
    static const std::uint32_t arguments =
        arguments_of(Btf(btf__load_vmlinux_btf(), btf__free).get(), "tcp_recvmsg");
    return arguments;
}

/// nullopt: the kernel refused it, or lacks what it is for; `log` may say why.
std::optional<Effort> verify(const std::string &name, Timing timing, std::string &log) {
    const Skeleton skeleton(unwedge_bpf__open(), unwedge_bpf__destroy);
    if (!skeleton)
        return std::nullopt;
    skeleton->rodata->config.exact_times = timing == Timing::exact;
    skeleton->rodata->config.tcp_recvmsg_arguments = tcp_recvmsg_arguments();
    skeleton->rodata->config.notes = 1;
    skeleton->rodata->config.calls = UW_CALLS_CONNECT | UW_CALLS_LISTEN | UW_CALLS_SOCKET;
    skeleton->rodata->config.flights = 1;
    bpf_map__set_max_entries(skeleton->maps.flights, 1);
    std::vector<char> buffer(std::size_t{1} << 20);
    bpf_program *program = nullptr;
    bpf_object__for_each_program(program, skeleton->obj) {
        const bool wanted = bpf_program__name(program) == name;
        bpf_program__set_autoload(program, wanted);
        if (!wanted)
            continue;
        bpf_program__set_log_level(program, statistics);
        bpf_program__set_log_buf(program, buffer.data(), buffer.size());
    }
    const bool loaded = unwedge_bpf__load(skeleton.get()) == 0;
    log = buffer.data();
    const std::optional<unsigned> instructions = number_after(log, "processed ");
    if (!loaded || !instructions)
        return std::nullopt;
    return Effort{*instructions, stack_of(log)};
}

std::vector<std::string> all_programs() {
    const Skeleton skeleton(unwedge_bpf__open(), unwedge_bpf__destroy);
    std::vector<std::string> names;
    bpf_program *program = nullptr;
    if (skeleton)
        bpf_object__for_each_program(program, skeleton->obj) names.emplace_back(bpf_program__name(program));
    return names;
}

nlohmann::json tell(const std::string &name) {
    std::string log;
    std::optional<Effort> most;
    for (const Timing timing : {Timing::none, Timing::exact})
        if (const std::optional<Effort> effort = verify(name, timing, log))
            most = {std::max(effort->instructions, most ? most->instructions : 0),
                    std::max(effort->stack, most ? most->stack : 0)};
    if (!most)
        return nullptr;
    return {{"instructions", most->instructions}, {"stack", most->stack}};
}

} // namespace

int main() {
    libbpf_set_print(nullptr);
    utsname system{};
    ::uname(&system);
    nlohmann::json programs = nlohmann::json::object();
    for (const std::string &name : all_programs())
        programs[name] = tell(name);
    std::cout << nlohmann::json{{"kernel", system.release},
                                {"machine", system.machine},
                                {"programs", programs}}
                     .dump()
              << '\n';
    return programs.empty() ? 1 : 0;
}
