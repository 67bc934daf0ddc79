// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/wchan.h"

#include <algorithm>
#include <array>

namespace unwedge::procfs {
namespace {

using facts::WaitKind;

struct CallFamily {
    std::string_view prefix; ///< compilers add suffixes: ".constprop.0", ".isra.0"
    WaitKind kind;
};

constexpr std::array families{
    CallFamily{"do_epoll_wait", WaitKind::epoll},
    CallFamily{"ep_poll", WaitKind::epoll},
    CallFamily{"poll_schedule_timeout", WaitKind::poll},
    CallFamily{"do_sys_poll", WaitKind::poll},
    CallFamily{"do_poll", WaitKind::poll},
    CallFamily{"do_select", WaitKind::poll},
    CallFamily{"io_cqring_wait", WaitKind::io_uring},
    CallFamily{"futex_", WaitKind::lock},
    CallFamily{"anon_pipe_read", WaitKind::read},
    CallFamily{"pipe_read", WaitKind::read},
    CallFamily{"unix_stream_", WaitKind::read},
    CallFamily{"sk_wait_data", WaitKind::read},
    CallFamily{"anon_pipe_write", WaitKind::write},
    CallFamily{"pipe_write", WaitKind::write},
    CallFamily{"sk_stream_wait_memory", WaitKind::write},
    CallFamily{"sock_alloc_send_pskb", WaitKind::write},
    CallFamily{"inet_csk_accept", WaitKind::accept},
    CallFamily{"do_nanosleep", WaitKind::sleep},
    CallFamily{"hrtimer_nanosleep", WaitKind::sleep},
    CallFamily{"common_nsleep", WaitKind::sleep},
    CallFamily{"do_wait", WaitKind::child},
    CallFamily{"do_sigtimedwait", WaitKind::signal},
    CallFamily{"sigsuspend", WaitKind::signal},
};

} // namespace

facts::WaitKind wait_kind_of_wchan(std::string_view function) {
    const auto *const family = std::ranges::find_if(
        families, [function](const CallFamily &one) { return function.starts_with(one.prefix); });
    return family == families.end() ? WaitKind::unknown : family->kind;
}

bool is_freezer(std::string_view function) {
    // The last is the caller of the first, which a compiler may have made a part of it.
    return function == "do_freezer_trap" || function == "__refrigerator" || function == "get_signal";
}

} // namespace unwedge::procfs
