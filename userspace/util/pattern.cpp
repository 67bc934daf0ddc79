// SPDX-License-Identifier: GPL-2.0-only
#include "util/pattern.h"

#include "util/pattern_cost.h"

#include <array>

namespace unwedge {

Result<Pattern> Pattern::compile(const std::string &expression) {
    // regcomp would take it for the end.
    if (expression.find('\0') != std::string::npos)
        return Error{"a NUL can't be matched"};
    if (Result<void> bounded = check_cost(expression); !bounded)
        return Error{"bad regular expression: " + bounded.error().message};
    regex_t compiled{};
    if (const int problem = ::regcomp(&compiled, expression.c_str(), REG_EXTENDED)) {
        std::array<char, 128> why{};
        ::regerror(problem, &compiled, why.data(), why.size());
        return Error{std::string("bad regular expression: ") + why.data()};
    }
    return Pattern(std::shared_ptr<const regex_t>(new regex_t(compiled), [](const regex_t *owned) {
        ::regfree(const_cast<regex_t *>(owned));
        delete owned;
    }));
}

std::optional<std::vector<std::string>> Pattern::match(const std::string &text) const {
    std::vector<regmatch_t> found(groups() + 1);
    if (::regexec(compiled_.get(), text.c_str(), found.size(), found.data(), 0) != 0)
        return std::nullopt;
    std::vector<std::string> taken;
    for (std::size_t i = 1; i < found.size(); ++i) {
        const auto begin = static_cast<std::size_t>(found[i].rm_so);
        const auto end = static_cast<std::size_t>(found[i].rm_eo);
        taken.push_back(found[i].rm_so < 0 ? "" : text.substr(begin, end - begin));
    }
    return taken;
}

} // namespace unwedge
