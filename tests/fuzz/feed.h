// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace unwedge::fuzz {

/// Values cut off the front of an input; once it is used up, zeros and empty texts.
class Feed {
  public:
    explicit Feed(std::string_view input) : rest_(input) {}

    bool empty() const { return rest_.empty(); }
    std::string_view rest() const { return rest_; }

    /// As many bytes as the value has, in this machine's order.
    template <typename T>
    T value() {
        static_assert(std::is_trivially_copyable_v<T>);
        T object{};
        const std::size_t size = std::min(sizeof(T), rest_.size());
        if (size > 0)
            std::memcpy(&object, rest_.data(), size);
        rest_.remove_prefix(size);
        return object;
    }

    bool flag() { return value<unsigned char>() & 1; }

    /// One of the `choices`, by a byte.
    template <typename T, std::size_t Count>
    T one_of(const T (&choices)[Count]) {
        return choices[value<unsigned char>() % Count];
    }

    /// What stands before the next NUL. A mutation of one text moves no other, as a length would.
    std::string text() {
        const std::size_t end = std::min(rest_.find('\0'), rest_.size());
        std::string taken(rest_.substr(0, end));
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        return taken;
    }

  private:
    std::string_view rest_;
};

} // namespace unwedge::fuzz
