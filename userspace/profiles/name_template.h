// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace unwedge::profiles {

/// What the placeholders of a name stand for.
struct Fillings {
    std::vector<std::string> groups; ///< {1}, {2}, …
    std::string program;             ///< {program}
    std::string parent;              ///< {parent}
    std::size_t number = 1;          ///< {number} from 1, {index} from 0
};

/// A name with placeholders: "gw{index}", "{parent} #{number}", "{1}".
class NameTemplate {
  public:
    NameTemplate() = default;
    /// `groups`: how many there are to refer to. The Error says what is wrong with it.
    static Result<NameTemplate> parse(std::string_view text, std::size_t groups);

    std::string expand(const Fillings &fillings) const;
    bool is_numbered() const;
    const std::string &text() const { return text_; }

  private:
    enum class What { literal, group, program, parent, number, index };
    struct Piece {
        What what = What::literal;
        std::string literal;
        std::size_t group = 0; ///< from 0
    };

    static Result<Piece> placeholder(std::string_view word, std::size_t groups);

    std::string text_;
    std::vector<Piece> pieces_;
};

/// A name as it may be shown: nothing in it steers a terminal, and it is at most `longest_name` columns wide.
std::string presentable(std::string_view name);
constexpr std::size_t longest_name = 60;

} // namespace unwedge::profiles
