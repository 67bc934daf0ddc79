// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/result.h"

#include <memory>
#include <optional>
#include <regex.h>
#include <string>
#include <vector>

namespace unwedge {

/// A POSIX extended regular expression, as in `grep -E`. Not std::regex: that one recurses once per byte of
/// what it is matched against, which here is what a stranger calls itself.
class Pattern {
  public:
    /// The Error says what is wrong with it. Expressions that could take for ever are wrong: check_cost().
    static Result<Pattern> compile(const std::string &expression);

    /// The groups of the first match anywhere in `text`, empty where one took no part; nullopt if there is
    /// none. Bytes are bytes, whatever the locale.
    std::optional<std::vector<std::string>> match(const std::string &text) const;
    bool matches(const std::string &text) const { return match(text).has_value(); }

    std::size_t groups() const { return compiled_->re_nsub; }

  private:
    explicit Pattern(std::shared_ptr<const regex_t> compiled) : compiled_(std::move(compiled)) {}

    std::shared_ptr<const regex_t> compiled_; ///< shared: rules are copied when sets of them are joined
};

} // namespace unwedge
