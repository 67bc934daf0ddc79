// SPDX-License-Identifier: GPL-2.0-only
#include "util/own_thread.h"

#include <system_error>
#include <thread>

namespace unwedge {

Result<void> on_own_thread(const std::function<void()> &work) {
    std::thread thread;
    try {
        thread = std::thread(work);
    } catch (const std::system_error &refused) {
        return errno_error("starting a thread", refused.code().value());
    }
    thread.join();
    return {};
}

} // namespace unwedge
