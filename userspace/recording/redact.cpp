// SPDX-License-Identifier: GPL-2.0-only
#include "recording/redact.h"

#include "recording/redact_lists.h"
#include "recording/redact_name.h"
#include "recording/redact_script.h"
#include "recording/redact_text.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace unwedge::recording {
namespace {

using Words = std::vector<std::string>;

/// Scripts in scripts, values that are pairs themselves.
constexpr int deepest = 4;
constexpr std::size_t least_bearer_token = 16;

/// What a word makes of the one behind it.
enum class Next { anything, weak_secret, secret, credentials, random, header, script };

std::string_view base_name(std::string_view path) {
    return path.substr(path.rfind('/') + 1); // npos + 1 is 0: the whole
}

std::string lower(std::string_view text) {
    std::string lowered(text);
    for (char &c : lowered)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return lowered;
}

/// Programs that take a password by an option that says nothing elsewhere.
struct Program {
    bool curl = false;
    bool mysql = false;
    bool sshpass = false;
    bool redis = false;

    bool any() const { return curl || mysql || sshpass || redis; }
};

Program program_of(std::string_view word) {
    constexpr std::array mysqls{"mysql",     "mysqldump",    "mysqladmin",   "mysqlimport", "mysqlcheck",
                                "mysqlshow", "mysqlslap",    "mysqlpump",    "mysqlsh",     "mysqlbinlog",
                                "mariadb",   "mariadb-dump", "mariadb-admin"};
    if (word.find('/') != std::string::npos && !word.starts_with('/'))
        return {}; // rather the folder of its tests
    const std::string_view name = base_name(word);
    return {.curl = name == "curl",
            .mysql = is_one_of(mysqls, name),
            .sshpass = name == "sshpass",
            .redis = name == "redis-cli"};
}

/// "-u", "-su", "--user" of curl.
bool takes_credentials(const Program &program, std::string_view word) {
    if (!program.curl)
        return false;
    if (word == "--user" || word == "--proxy-user")
        return true;
    return word.size() > 1 && word.front() == '-' && word[1] != '-' &&
           (word.back() == 'u' || word.back() == 'U');
}

/// "-c" of a shell, also "-lc".
bool takes_script(std::string_view word) {
    return word.size() >= 2 && word.size() <= 4 && word.front() == '-' && word.back() == 'c' &&
           std::ranges::all_of(word.substr(1), [](char c) { return c >= 'a' && c <= 'z'; });
}

std::string_view without_dashes(std::string_view word) {
    word.remove_prefix(std::min(word.find_first_not_of('-'), word.size()));
    return word;
}

Secrecy secrecy_of_option(std::string_view name) {
    if (name.starts_with("-D")) // of Java's and CMake's variables
        name.remove_prefix(2);
    name = without_dashes(name);
    return is_name(name) ? secrecy_of(name) : Secrecy::none;
}

bool is_scheme(std::string_view word) {
    constexpr std::array schemes{"bearer", "basic", "token", "digest", "negotiate", "apikey"};
    return is_one_of(schemes, lower(word));
}

/// Where the secret of a header's value begins: "Bearer ", "Basic " stay.
std::size_t behind_scheme(std::string_view value) {
    const std::size_t begin = std::min(value.find_first_not_of(' '), value.size());
    const std::size_t blank = value.find(' ', begin);
    return blank != std::string::npos && is_scheme(value.substr(begin, blank - begin)) ? blank + 1 : begin;
}

/// Headers whose ":" need not be followed by a blank, because nothing else looks like them.
bool is_header_only(std::string_view header) {
    if (!is_name(header))
        return false;
    const std::string name = lower(header);
    constexpr std::array headers{"authorization", "proxy-authorization", "cookie", "set-cookie"};
    return is_one_of(headers, name) || (name.starts_with("x-") && secrecy_of(name) != Secrecy::none);
}

Next next_of(const Program &program, std::string_view word) {
    if (takes_credentials(program, word))
        return Next::credentials;
    if ((program.sshpass && word == "-p") || (program.redis && word == "-a"))
        return Next::secret;
    if (takes_script(word))
        return Next::script;
    if (word.ends_with(':') && is_header_only(word.substr(0, word.size() - 1)))
        return Next::header;
    const bool option = word.size() > 2 && word.front() == '-';
    switch (secrecy_of_option(word)) {
    case Secrecy::strong: return option ? Next::secret : Next::random;
    case Secrecy::weak: return option ? Next::weak_secret : Next::random;
    case Secrecy::inner:
    case Secrecy::none: break;
    }
    return Next::anything;
}

/// "-pVALUE" of mysql's, "-uUSER:VALUE" of curl's; "" if it is neither.
std::string redacted_letter(const Program &program, std::string_view word) {
    if (word.size() <= 2 || word.starts_with("--"))
        return "";
    if ((program.mysql || program.sshpass) && word.starts_with("-p"))
        return std::string("-p").append(redaction);
    if (program.curl && (word.starts_with("-u") || word.starts_with("-U")))
        return std::string(word.substr(0, 2)) + redacted_credentials(word.substr(2));
    return "";
}

/// "Name: value" of such a name; "" if it is none. In "token:VALUE" the value must look like one.
std::string redacted_header(std::string_view word) {
    const std::size_t colon = word.find(':');
    if (colon == std::string::npos || colon + 1 == word.size())
        return "";
    const std::size_t begin_of_name = word.starts_with("-H") ? 2 : 0; // as curl takes it
    const std::string_view name = word.substr(begin_of_name, colon - begin_of_name);
    const Secrecy secrecy = is_name(name) ? secrecy_of(name) : Secrecy::none;
    const std::string_view value = word.substr(colon + 1);
    const bool header = value.front() == ' ' || is_header_only(name) || looks_random(value);
    if (secrecy == Secrecy::none || !header)
        return "";
    const std::size_t begin = behind_scheme(value);
    if (is_harmless(secrecy, value.substr(begin), false))
        return "";
    return std::string(word.substr(0, colon + 1 + begin)).append(redaction);
}

/// "Bearer VALUE"; "" if it is none, as two words of prose.
std::string redacted_bearer(std::string_view word) {
    const std::size_t begin = behind_scheme(word);
    if (!lower(word.substr(0, begin)).starts_with("bearer ") || word.size() - begin < least_bearer_token ||
        word.find_first_of(" \t\n", begin) != std::string::npos)
        return "";
    return std::string(word.substr(0, begin)).append(redaction);
}

class Redactor {
  public:
    Redactor(int depth, bool in_script) : depth_(depth), in_script_(in_script) {}

    void words(Words &words);

  private:
    void behind(Next next, std::string &word) const;
    void alone(std::string &word) const;
    bool pair(std::string &word) const;
    void script(std::string &text) const;
    bool is_value(Secrecy secrecy, std::string_view word) const {
        return !word.starts_with('-') && !is_harmless(secrecy, word, in_script_);
    }

    int depth_;
    bool in_script_;
    Program program_;
};

void Redactor::words(Words &words) {
    Next next = Next::anything;
    for (std::string &word : words) {
        const Program program = program_of(word);
        const Next then = next == Next::header && is_scheme(word) ? Next::secret : next_of(program_, word);
        if (program.any())
            program_ = program;
        behind(next, word);
        next = then;
    }
}

/// A word, by what the one before it has said.
void Redactor::behind(Next next, std::string &word) const {
    switch (next) {
    case Next::weak_secret:
    case Next::secret:
        if (is_value(next == Next::secret ? Secrecy::strong : Secrecy::weak, word)) {
            word = redaction;
            return;
        }
        break;
    case Next::credentials: word = redacted_credentials(word); return;
    case Next::header:
        if (!is_scheme(word))
            word = redaction;
        return;
    case Next::random:
        if (looks_random(word)) {
            word = redaction;
            return;
        }
        break;
    case Next::script:
        if (depth_ < deepest)
            script(word);
        word = redacted_text(std::move(word));
        return;
    case Next::anything: break;
    }
    alone(word);
}

void Redactor::alone(std::string &word) const {
    for (const std::string &hidden :
         {redacted_letter(program_, word), redacted_header(word), redacted_bearer(word)})
        if (!hidden.empty()) {
            word = hidden;
            return;
        }
    if (pair(word))
        return;
    if (depth_ < deepest && word.find_first_of(" \t\n") != std::string::npos)
        script(word);
    word = redacted_text(std::move(word));
}

/// "--name=value", "NAME=value"; whether it is one. A value may be such a pair itself: "--env=NAME=value".
bool Redactor::pair(std::string &word) const {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || depth_ >= deepest)
        return false;
    const std::string_view name = std::string_view(word).substr(0, equals);
    if (!is_name(without_dashes(name)))
        return false;
    std::string value = word.substr(equals + 1);
    const Secrecy secrecy = secrecy_of_option(name);
    if (program_.curl && takes_credentials(program_, name))
        value = redacted_credentials(value);
    else if (secrecy != Secrecy::none && !is_harmless(secrecy, value, in_script_))
        value = redaction;
    else
        Redactor(depth_ + 1, in_script_).alone(value);
    word.replace(equals + 1, std::string::npos, value);
    word = redacted_text(std::move(word));
    return true;
}

/// Each word of it, in its own quotes.
void Redactor::script(std::string &text) const {
    const std::vector<ScriptWord> places = script_words(text);
    Words words;
    words.reserve(places.size());
    for (const ScriptWord &place : places)
        words.push_back(place.text);
    Redactor(depth_ + 1, true).words(words);
    std::string written;
    std::size_t done = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const ScriptWord &place = places[i];
        if (words[i] == place.text)
            continue;
        written.append(text, done, place.begin - done).append(place.requoted(text, words[i]));
        done = place.end;
    }
    text = written.append(text, done);
}

} // namespace

std::vector<std::string> redacted(std::vector<std::string> argv) {
    Redactor(0, false).words(argv);
    return argv;
}

} // namespace unwedge::recording
