// SPDX-License-Identifier: GPL-2.0-only
#include "procfs/proc.h"

#include "harness.h"
#include "procfs/fake_proc.h"
#include "util/fd.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

namespace unwedge::fuzz {
namespace {

constexpr facts::Pid pid = 77;

/// A /proc with one process, in whose cmdline each input is written in place: a new file for each would take
/// longer than what is to be tested.
class OneProcess {
  public:
    OneProcess() {
        tree_.file("77/cmdline", "");
        cmdline_ = Fd(::open((tree_.root() + "/77/cmdline").c_str(), O_WRONLY | O_CLOEXEC));
    }

    void write(std::string_view text) const {
        const ssize_t written = ::pwrite(cmdline_.get(), text.data(), text.size(), 0);
        const bool cut = ::ftruncate(cmdline_.get(), static_cast<off_t>(text.size())) == 0;
        require(cut && written == static_cast<ssize_t>(text.size()), "there is room for a file");
    }

    procfs::Proc proc() const { return procfs::Proc(tree_.root()); }

  private:
    procfs::FakeProc tree_;
    Fd cmdline_;
};

/// The arguments as they would lie in memory.
std::string joined(const std::vector<std::string> &arguments) {
    std::string text;
    for (const std::string &argument : arguments)
        text += argument + '\0';
    return text;
}

void check_limit(const procfs::Proc &proc, std::string_view text, std::size_t limit) {
    constexpr std::size_t most_arguments = 16'384;
    text = text.substr(0, limit);
    const auto arguments = proc.argv(pid, limit);
    require(static_cast<bool>(arguments), "any bytes are arguments");
    require(arguments->size() <= most_arguments, "there are not too many arguments");
    for (const std::string &argument : *arguments)
        require(argument.find('\0') == std::string::npos, "a NUL ends an argument");
    const std::string again = joined(*arguments);
    const std::size_t common = std::min(again.size(), text.size());
    require(std::string_view(again).substr(0, common) == text.substr(0, common),
            "arguments are told as they are");
    require(again.size() <= text.size() + 1, "nothing is added but the last NUL");
    require(arguments->size() == most_arguments ||
                text.find_first_not_of('\0', common) == std::string_view::npos,
            "nothing is left out but empty ones at the end");
}

void check(std::string_view input) {
    static const OneProcess process;
    process.write(input);
    const procfs::Proc proc = process.proc();
    check_limit(proc, input, procfs::Proc::default_limit);
    check_limit(proc, input, 7); // as if it were a long one
}

std::vector<std::string> megabytes() {
    constexpr std::size_t size = std::size_t{4} << 20;
    std::string words;
    while (words.size() < size)
        words += std::string("--option=\x1b[2J\n") + '\0';
    return {std::string(size, 'x'), std::string(size, '\0'), words};
}

const Registered registered({.name = "cmdline", .check = check, .oversized = megabytes});

} // namespace
} // namespace unwedge::fuzz
