// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "recording/words.h"
#include "util/clock.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// What is handed a row's columns (rows.h): makes a schema of them, binds them, or loads them.
namespace unwedge::recording {

/// A value that no recording of ours has: the file is damaged, or hostile. Never leaves recording/.
class Damaged : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

using Words = std::vector<std::string>;

/// Eighteen years in ns: no time since a boot is longer, and sums and differences of a few such overflow
/// nothing.
constexpr std::int64_t longest_time = 1LL << 59;

/// An argument list as a recording has it: a JSON array; what is no UTF-8 becomes U+FFFD.
std::string json_of(const Words &words);
/// Throws Damaged.
Words words_of(const std::string &json);

template <typename T>
struct OptionalOf : std::false_type {};
template <typename T>
struct OptionalOf<std::optional<T>> : std::true_type {
    using Value = T;
};

template <typename T>
constexpr bool is_text = std::is_same_v<T, std::string> || std::is_same_v<T, Words> || std::is_enum_v<T>;

/// The columns of a table, as CREATE TABLE and INSERT take them.
class Describer {
  public:
    template <typename T>
    void operator()(const char *name, const T &) {
        if constexpr (OptionalOf<T>::value)
            add(name, is_text<typename OptionalOf<T>::Value> ? "TEXT" : "INTEGER");
        else
            add(name, is_text<T> ? "TEXT NOT NULL" : "INTEGER NOT NULL");
    }

    template <typename Row>
    std::string create() const {
        std::string key;
        if constexpr (requires { Row::primary_key; })
            key = ", PRIMARY KEY (" + std::string(Row::primary_key) + ")";
        return "CREATE TABLE " + std::string(Row::table) + " (" + columns_ + key + ") STRICT";
    }
    template <typename Row>
    std::string insert() const {
        return "INSERT OR REPLACE INTO " + std::string(Row::table) + " VALUES (" + places_ + ")";
    }

  private:
    void add(const char *name, std::string_view type) {
        if (!columns_.empty()) {
            columns_ += ", ";
            places_ += ", ";
        }
        columns_.append(1, '"').append(name).append("\" ").append(type);
        places_ += '?';
    }

    std::string columns_;
    std::string places_;
};

class Binder {
  public:
    explicit Binder(SQLite::Statement &statement) : statement_(statement) {}

    template <typename T>
    void operator()(const char *, const T &value) {
        ++place_;
        bind(value);
    }

  private:
    template <typename T>
    void bind(const T &value) {
        if constexpr (OptionalOf<T>::value) {
            if (value)
                bind(*value);
            else
                statement_.bind(place_);
        } else if constexpr (std::is_same_v<T, std::string>) {
            statement_.bind(place_, value);
        } else if constexpr (std::is_same_v<T, Words>) {
            statement_.bind(place_, json_of(value));
        } else if constexpr (std::is_enum_v<T>) {
            statement_.bind(place_, std::string(word_of(value)));
        } else if constexpr (std::is_same_v<T, Nanos>) {
            statement_.bind(place_, value.count());
        } else {
            static_assert(std::integral<T>);
            statement_.bind(place_, static_cast<std::int64_t>(value)); // counters beyond 2^63 wrap
        }
    }

    SQLite::Statement &statement_;
    int place_ = 0;
};

class Loader {
  public:
    explicit Loader(SQLite::Statement &statement) : statement_(statement) {}

    template <typename T>
    void operator()(const char *name, T &value) {
        load(name, statement_.getColumn(place_++), value);
    }

  private:
    [[noreturn]] static void refuse(const char *name) {
        throw Damaged(std::string("column ") + name + " has a value that it can't have");
    }

    template <typename T>
    static void load(const char *name, const SQLite::Column &column, T &value) {
        if constexpr (OptionalOf<T>::value) {
            if (column.isNull())
                value.reset();
            else
                load(name, column, value.emplace());
        } else if constexpr (is_text<T>) {
            if (!column.isText())
                refuse(name);
            if constexpr (std::is_same_v<T, Words>)
                value = words_of(column.getString());
            else if constexpr (std::is_enum_v<T>)
                load_word(name, column.getString(), value);
            else
                value = column.getString();
        } else {
            if (!column.isInteger())
                refuse(name);
            load_number(name, column.getInt64(), value);
        }
    }

    template <typename T>
    static void load_word(const char *name, const std::string &word, T &value) {
        const std::optional<T> known = value_of<T>(word);
        if (!known)
            refuse(name);
        value = *known;
    }

    template <typename T>
    static void load_number(const char *name, std::int64_t number, T &value) {
        if constexpr (std::is_same_v<T, Nanos>) {
            if (number < -longest_time || number > longest_time)
                refuse(name);
            value = Nanos(number);
        } else if constexpr (sizeof(T) == sizeof(number)) {
            value = static_cast<T>(number);
        } else {
            if (number < static_cast<std::int64_t>(std::numeric_limits<T>::min()) ||
                number > static_cast<std::int64_t>(std::numeric_limits<T>::max()))
                refuse(name);
            value = static_cast<T>(number);
        }
    }

    SQLite::Statement &statement_;
    int place_ = 0;
};

} // namespace unwedge::recording
