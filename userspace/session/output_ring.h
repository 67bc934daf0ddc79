// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace unwedge::session {

/// The last bytes of a stream, in memory that one process writes and another reads.
class OutputRing {
  public:
    static constexpr std::size_t capacity = 64UL * 1024;

    struct Tail {
        std::uint64_t before = 0; ///< bytes that came earlier
        std::string text;
    };

    /// By its only writer.
    void append(std::string_view bytes);
    std::uint64_t total() const { return written_.load(std::memory_order_acquire); }
    /// Without what is overwritten while it is read.
    Tail tail() const;

  private:
    std::atomic<std::uint64_t> written_{0}; ///< told after the bytes are there
    std::atomic<std::uint64_t> begun_{0};   ///< told before
    std::array<std::atomic<char>, capacity> bytes_{};
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "it is shared between processes");

} // namespace unwedge::session
