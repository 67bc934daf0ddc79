// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "util/pattern.h"
#include "util/result.h"

#define TOML_ENABLE_FORMATTERS 0
// Nothing in our files nests deeply, and toml++ recurses for what does.
#define TOML_MAX_NESTED_VALUES 16
#include <toml++/toml.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace unwedge::config {

/// A configuration file that people write, as TOML. Its text is untrusted.
class Document {
  public:
    /// `file`: what Errors call it. They are one printable line, "FILE:LINE: KEY: what is wrong".
    static Result<Document> parse(std::string_view text, std::string file);

    const toml::table &root() const { return root_; }
    Error error(std::size_t line, std::string_view key, std::string_view what) const;
    const std::string &file() const { return file_; }

  private:
    explicit Document(std::string file) : file_(std::move(file)) {}
    Error syntax_error(std::string_view text, std::size_t line, std::string_view what) const;

    std::string file_;
    toml::table root_;
};

/// The entries of a table in the order of their lines: toml++ sorts them by key.
std::vector<std::pair<const toml::key *, const toml::node *>> by_line(const toml::table &table);

/// What a node holds; the Error says what it must be.
Result<std::string> text_of(const toml::node &node); ///< not empty
Result<bool> flag_of(const toml::node &node);
Result<Pattern> pattern_of(const toml::node &node);                ///< an extended regular expression
Result<std::vector<std::string>> texts_of(const toml::node &node); ///< an array of these; none is empty

} // namespace unwedge::config
