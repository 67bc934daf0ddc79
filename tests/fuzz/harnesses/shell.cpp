// SPDX-License-Identifier: GPL-2.0-only
#include "report/shell.h"

#include "feed.h"
#include "harness.h"

#include <optional>

namespace unwedge::fuzz {
namespace {

/// The words that a shell would make of a line of plain and quoted text; nullopt where it would do more than
/// that.
class Shell {
  public:
    explicit Shell(std::string_view line) : rest_(line) {}

    std::optional<std::vector<std::string>> words() {
        while (!rest_.empty() && understood_)
            take(cut());
        finish();
        return understood_ ? std::optional(words_) : std::nullopt;
    }

  private:
    char cut() {
        const char first = rest_.front();
        rest_.remove_prefix(1);
        return first;
    }

    void take(char character) {
        constexpr std::string_view special = "\t\n$`!*?[](){}<>|&;#~";
        if (character == ' ')
            return finish();
        open_ = true;
        if (character == '\'')
            quoted('\'', "");
        else if (character == '"')
            quoted('"', "\\$`!");
        else if (character == '\\' && !rest_.empty())
            word_ += cut();
        else if (special.find(character) != std::string_view::npos)
            understood_ = false;
        else
            word_ += character;
    }

    void quoted(char end, std::string_view special) {
        while (!rest_.empty() && rest_.front() != end) {
            word_ += cut();
            understood_ = understood_ && special.find(word_.back()) == std::string_view::npos;
        }
        understood_ = understood_ && !rest_.empty();
        if (!rest_.empty())
            cut();
    }

    void finish() {
        if (open_)
            words_.push_back(word_);
        word_.clear();
        open_ = false;
    }

    std::string_view rest_;
    std::vector<std::string> words_;
    std::string word_;
    bool open_ = false;
    bool understood_ = true;
};

void check(std::string_view input) {
    std::vector<std::string> argv;
    for (Feed feed(input); !feed.empty();)
        argv.push_back(feed.text());
    const std::string line = report::shell_text(argv);
    require(Shell(line).words() == argv, "a shell makes the same words of it");
}

const Registered registered({.name = "shell", .check = check});

} // namespace
} // namespace unwedge::fuzz
