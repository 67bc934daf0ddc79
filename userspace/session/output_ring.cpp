// SPDX-License-Identifier: GPL-2.0-only
#include "session/output_ring.h"

#include <algorithm>

namespace unwedge::session {

void OutputRing::append(std::string_view bytes) {
    std::uint64_t at = written_.load(std::memory_order_relaxed);
    begun_.store(at + bytes.size(), std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
    for (const char byte : bytes)
        bytes_[at++ % capacity].store(byte, std::memory_order_relaxed);
    written_.store(at, std::memory_order_release);
}

OutputRing::Tail OutputRing::tail() const {
    const std::uint64_t end = written_.load(std::memory_order_acquire);
    const std::uint64_t begin = end - std::min<std::uint64_t>(end, capacity);
    Tail tail;
    tail.text.reserve(end - begin);
    for (std::uint64_t at = begin; at < end; ++at)
        tail.text += bytes_[at % capacity].load(std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_acquire);
    const std::uint64_t begun = begun_.load(std::memory_order_relaxed);
    const std::uint64_t whole_from = begun - std::min<std::uint64_t>(begun, capacity);
    if (whole_from > begin)
        tail.text.erase(0, std::min<std::uint64_t>(whole_from - begin, tail.text.size()));
    tail.before = end - tail.text.size();
    return tail;
}

} // namespace unwedge::session
