// SPDX-License-Identifier: GPL-2.0-only
#include "session/hook.h"

#include "report/cast.h"
#include "report/json.h"
#include "report/text.h"
#include "util/log.h"
#include "util/units.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace unwedge::session {
namespace {

/// 0, or the errno of why not.
int why_not_executable(const std::string &path) {
    struct stat info {};
    if (::stat(path.c_str(), &info))
        return errno;
    if (!S_ISREG(info.st_mode))
        return EACCES;
    return ::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) ? errno : 0;
}

Error no_program(const std::string &program, int code) {
    return errno_error(fmt::format("--on-wedge exec: can't run '{}'", program), code);
}

/// The first part of `list` up to a colon; the rest stays in it.
std::string next_folder(std::string_view &list) {
    const std::size_t end = std::min(list.find(':'), list.size());
    const std::string_view folder = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    return folder.empty() ? "." : std::string(folder);
}

std::string pids_text(const report::Cast::Verdicts &verdicts) {
    std::string text;
    for (const diagnosis::Verdict *verdict : verdicts)
        text += fmt::format("{}{}", text.empty() ? "" : " ", verdict->pid);
    return text;
}

/// Writes the diagnosis; without it the program is run all the same.
std::string write_diagnosis(const PrivateFolder &folder, const report::Context &wedge) {
    Result<std::string> path = folder.write("diagnosis.json", report::to_json(wedge));
    if (path)
        return *path;
    spdlog::error("--on-wedge exec: no diagnosis for it: {}", path.error().message);
    return "";
}

/// All that hook_variables() may set: what an unwedge around us has put there is not for our program.
bool is_hook_variable(std::string_view variable) {
    constexpr std::array names{"UNWEDGE_ROOT_PID",    "UNWEDGE_SUMMARY",      "UNWEDGE_JSON",
                               "UNWEDGE_CULPRIT_PID", "UNWEDGE_CULPRIT_KIND", "UNWEDGE_VICTIM_PIDS"};
    return std::ranges::find(names, variable.substr(0, variable.find('='))) != names.end();
}

/// Ours, with `added`.
std::vector<char *> environment(std::vector<std::string> &added) {
    std::vector<char *> all;
    for (char **one = ::environ; *one; ++one)
        if (!is_hook_variable(*one))
            all.push_back(*one);
    for (std::string &one : added)
        all.push_back(one.data());
    all.push_back(nullptr);
    return all;
}

class SpawnActions {
  public:
    SpawnActions() {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&actions_, STDERR_FILENO, STDOUT_FILENO);
    }
    SpawnActions(const SpawnActions &) = delete;
    SpawnActions &operator=(const SpawnActions &) = delete;
    ~SpawnActions() { ::posix_spawn_file_actions_destroy(&actions_); }
    const posix_spawn_file_actions_t *get() const { return &actions_; }

  private:
    posix_spawn_file_actions_t actions_{};
};

/// A session of its own: a terminal's Ctrl-C is not for it, and it can't be stopped for writing there.
/// Signals are as at the start of the world, not as we have set them for us.
class SpawnAttributes {
  public:
    SpawnAttributes() {
        ::posix_spawnattr_init(&attributes_);
        sigset_t signals;
        sigemptyset(&signals);
        ::posix_spawnattr_setsigmask(&attributes_, &signals);
        sigaddset(&signals, SIGPIPE);
        ::posix_spawnattr_setsigdefault(&attributes_, &signals);
        ::posix_spawnattr_setflags(&attributes_,
                                   POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    SpawnAttributes(const SpawnAttributes &) = delete;
    SpawnAttributes &operator=(const SpawnAttributes &) = delete;
    ~SpawnAttributes() { ::posix_spawnattr_destroy(&attributes_); }
    const posix_spawnattr_t *get() const { return &attributes_; }

  private:
    posix_spawnattr_t attributes_{};
};

} // namespace

Result<std::string> find_program(const std::string &program) {
    if (program.find('/') != std::string::npos) {
        const int failed = why_not_executable(program);
        return failed ? Result<std::string>(no_program(program, failed)) : program;
    }
    const char *path = std::getenv("PATH");
    int failed = ENOENT;
    for (std::string_view list = path ? path : ""; !list.empty();) {
        const std::string candidate = next_folder(list) + "/" + program;
        const int why_not = why_not_executable(candidate);
        if (!why_not)
            return candidate;
        if (why_not == EACCES) // there is one, but: that is what the user wants to know
            failed = EACCES;
    }
    return no_program(program, failed);
}

Result<std::string> hook_program(const OnWedge &asked) {
    return asked.program ? find_program(*asked.program) : Result<std::string>(std::string());
}

std::vector<std::string> hook_variables(const report::Context &wedge, facts::Pid root,
                                        const std::string &json) {
    const report::Cast cast(wedge.diagnosis);
    std::vector<std::string> variables{fmt::format("UNWEDGE_ROOT_PID={}", root),
                                       "UNWEDGE_SUMMARY=" + report::summary(wedge)};
    if (!json.empty())
        variables.push_back("UNWEDGE_JSON=" + json);
    if (cast.culprits.empty())
        return variables;
    const diagnosis::Verdict &culprit = *cast.culprits.front();
    variables.push_back(fmt::format("UNWEDGE_CULPRIT_PID={}", culprit.pid));
    variables.push_back(fmt::format("UNWEDGE_CULPRIT_KIND={}", name(culprit.kind)));
    variables.push_back("UNWEDGE_VICTIM_PIDS=" + pids_text(cast.victims_of(culprit.pid)));
    return variables;
}

Hook::~Hook() {
    end();
    if (pid_)
        ::waitpid(pid_, nullptr, WNOHANG); // whoever still is not gone is init's
}

Result<void> Hook::start(const report::Context &wedge, facts::Pid root, Nanos now) {
    started_ = true;
    Result<PrivateFolder> folder = PrivateFolder::make();
    if (folder)
        folder_.emplace(std::move(*folder));
    else
        spdlog::error("--on-wedge exec: no diagnosis for it: {}", folder.error().message);
    const std::string json = folder_ ? write_diagnosis(*folder_, wedge) : "";
    std::vector<std::string> added = hook_variables(wedge, root, json);
    const std::vector<char *> variables = environment(added);
    const std::vector<char *> argv{path_.data(), nullptr};
    const SpawnActions actions;
    const SpawnAttributes attributes;
    pid_t pid = 0;
    if (int failed = ::posix_spawn(&pid, path_.c_str(), actions.get(), attributes.get(), argv.data(),
                                   variables.data())) {
        folder_.reset();
        return no_program(path_, failed);
    }
    pid_ = pid;
    deadline_ = now + grace_;
    return {};
}

/// Its leader is not reaped while `pid_` is known: the number can't be anybody else's.
void Hook::kill_group() const {
    ::kill(-pid_, SIGKILL);
}

void Hook::end() {
    if (is_running())
        kill_group();
    deadline_.reset();
}

std::optional<std::string> Hook::reap() {
    const bool by_itself = is_running();
    int status = 0;
    kill_group();
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    deadline_.reset();
    folder_.reset();
    if (!by_itself || status == 0)
        return std::nullopt;
    if (WIFSIGNALED(status))
        return "was ended by " + signal_text(WTERMSIG(status));
    return fmt::format("ended with status {}", WEXITSTATUS(status));
}

} // namespace unwedge::session
