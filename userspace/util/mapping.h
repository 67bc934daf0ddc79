// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/result.h"

#include <cstddef>
#include <utility>

namespace unwedge {

/// A file's memory, shared and read-only; unmapped when this goes.
class Mapping {
  public:
    Mapping() = default;
    /// The first `size` bytes (more than none) of what `fd` stands for.
    static Result<Mapping> of(int fd, std::size_t size);
    Mapping(Mapping &&other) noexcept
        : start_(std::exchange(other.start_, nullptr)), size_(std::exchange(other.size_, 0)) {}
    Mapping &operator=(Mapping &&other) noexcept {
        std::swap(start_, other.start_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~Mapping();

    const void *start() const { return start_; }

  private:
    Mapping(void *start, std::size_t size) : start_(start), size_(size) {}

    void *start_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace unwedge
