// SPDX-License-Identifier: GPL-2.0-only
#include "expect/expectation.h"

#include "config/document.h"

#include <fmt/format.h>

namespace unwedge::expect {

Result<std::vector<Expectation>> parse_file(std::string_view text, const std::string &file) {
    const Result<config::Document> document = config::Document::parse(text, file);
    if (!document)
        return document.error();
    for (const auto &[key, node] : document->root())
        if (key.str() != "expect")
            return document->error(key.source().begin.line, key.str(), "is unknown: there is `expect` only");
    const toml::array *specs = document->root().get_as<toml::array>("expect");
    if (!specs || specs->empty())
        return document->error(1, "expect", "must be a list: expect = [\"...\", ...]");
    std::vector<Expectation> expectations;
    for (const toml::node &node : *specs) {
        const std::size_t line = node.source().begin.line;
        const toml::value<std::string> *spec = node.as_string();
        if (!spec)
            return document->error(line, "expect", "must be a list of texts");
        Result<Expectation> one = parse(spec->get());
        if (!one)
            return document->error(line, "expect", one.error().message);
        expectations.push_back(std::move(*one));
    }
    return expectations;
}

} // namespace unwedge::expect
