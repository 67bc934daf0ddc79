// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/wchan.h"

#include <algorithm>
#include <array>

namespace unwedge::procfs {
namespace {

using facts::WaitKind;

struct Family {
    std::string_view prefix; ///< compilers add suffixes: ".constprop.0", ".isra.0"
    WaitKind kind;
};

constexpr std::array families{
    Family{"do_epoll_wait", WaitKind::epoll},
    Family{"ep_poll", WaitKind::epoll},
    Family{"poll_schedule_timeout", WaitKind::poll},
    Family{"do_sys_poll", WaitKind::poll},
    Family{"do_poll", WaitKind::poll},
    Family{"do_select", WaitKind::poll},
    Family{"io_cqring_wait", WaitKind::io_uring},
    Family{"futex_", WaitKind::lock},
    Family{"anon_pipe_read", WaitKind::read},
    Family{"pipe_read", WaitKind::read},
    Family{"unix_stream_", WaitKind::read},
    Family{"sk_wait_data", WaitKind::read},
    Family{"anon_pipe_write", WaitKind::write},
    Family{"pipe_write", WaitKind::write},
    Family{"sk_stream_wait_memory", WaitKind::write},
    Family{"sock_alloc_send_pskb", WaitKind::write},
    Family{"inet_csk_accept", WaitKind::accept},
    Family{"do_nanosleep", WaitKind::sleep},
    Family{"hrtimer_nanosleep", WaitKind::sleep},
    Family{"common_nsleep", WaitKind::sleep},
    Family{"do_wait", WaitKind::child},
    Family{"do_sigtimedwait", WaitKind::signal},
    Family{"sigsuspend", WaitKind::signal},
};

} // namespace

facts::WaitKind wait_kind_of_wchan(std::string_view function) {
    const auto *const family = std::ranges::find_if(
        families, [function](const Family &one) { return function.starts_with(one.prefix); });
    return family == families.end() ? WaitKind::unknown : family->kind;
}

bool is_freezer(std::string_view function) {
    return function == "do_freezer_trap" || function == "__refrigerator";
}

} // namespace unwedge::procfs
