// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdlib>
#include <string>
#include <utility>
#include <variant>

namespace unwedge {

/// Why something failed, ready to be shown: what failed, the reason, what the user can do.
/// `code` is the errno where there is one, else 0.
struct Error {
    std::string message;
    int code = 0;
};

/// "`what`: `strerror(code)`", with the code kept.
Error errno_error(std::string what, int code);

/// There was no descriptor or no memory for it, here or on the whole host: the next time there may be.
bool is_shortage(const Error &error);

/// A value or an Error; GCC 12 has no std::expected. Reading the wrong side ends the program.
template <typename T>
class [[nodiscard]] Result {
  public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const { return state_.index() == 0; }
    T &operator*() & { return value(); }
    const T &operator*() const & { return const_cast<Result *>(this)->value(); }
    /// By value: what `for (x : *make())` walks must outlive the Result.
    T operator*() && { return std::move(value()); }
    T *operator->() { return &value(); }
    const T *operator->() const { return &const_cast<Result *>(this)->value(); }
    const Error &error() const {
        const Error *error = std::get_if<1>(&state_);
        if (!error)
            std::abort();
        return *error;
    }

  private:
    T &value() {
        T *value = std::get_if<0>(&state_);
        if (!value)
            std::abort();
        return *value;
    }

    std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Error error) : error_(std::move(error)), failed_(true) {}

    explicit operator bool() const { return !failed_; }
    const Error &error() const {
        if (!failed_)
            std::abort();
        return error_;
    }

  private:
    Error error_;
    bool failed_ = false;
};

} // namespace unwedge
