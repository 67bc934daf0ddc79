// SPDX-License-Identifier: GPL-2.0-only
#include "stacks/demangle.h"

#include <cstdlib>
#include <memory>

#include <cxxabi.h>

namespace unwedge::stacks {

namespace {

constexpr std::size_t most_mangled = 4096;
constexpr std::size_t most_shown = 1000;

struct Free {
    void operator()(char *text) const { std::free(text); }
};

} // namespace

std::string demangle(std::string_view symbol) {
    // "memcpy@@GLIBC_2.14": which version of it is of no interest here.
    const std::string mangled(symbol.substr(0, symbol.find('@', 1)));
    if (mangled.starts_with("_Z") && mangled.size() <= most_mangled) {
        int status = 0;
        const std::unique_ptr<char, Free> text(
            abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, &status));
        if (text)
            return std::string(std::string_view(text.get()).substr(0, most_shown));
    }
    return mangled.substr(0, most_shown);
}

} // namespace unwedge::stacks
