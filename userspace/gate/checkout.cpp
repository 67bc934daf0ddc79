// SPDX-License-Identifier: GPL-2.0-only
#include "gate/checkout.h"

#include "gate/program.h"
#include "session/as_user.h"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <system_error>
#include <utility>

namespace unwedge::gate {
namespace {

namespace fs = std::filesystem;
using Environment = std::vector<std::pair<std::string, std::string>>;
using Words = std::vector<std::string>;

/// A submodule as an index has it.
struct Gitlink {
    std::string path;
    std::string commit;
};

/// git, in one folder, as the user. It refreshes no index but where that is asked for, starts nothing in the
/// background, runs no hooks, and asks nobody.
class Git {
  public:
    Git(std::string folder, const std::optional<session::Identity> &user)
        : folder_(std::move(folder)), user_(user) {}

    Result<std::string> run(const Words &words, const Environment &more = {}) const {
        Call call{.argv = {"git", "-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c",
                           "core.splitIndex=false", "-c", "core.fsmonitor=false", "-c",
                           "core.untrackedCache=false", "-c", "core.hooksPath=/dev/null", "-c",
                           "advice.addEmbeddedRepo=false"},
                  .folder = folder_,
                  // Those of a hook that we may have been called by speak of another index.
                  .environment = {{"GIT_DIR", ""},
                                  {"GIT_WORK_TREE", ""},
                                  {"GIT_INDEX_FILE", ""},
                                  {"GIT_OBJECT_DIRECTORY", ""},
                                  {"GIT_ALTERNATE_OBJECT_DIRECTORIES", ""},
                                  {"GIT_COMMON_DIR", ""},
                                  {"GIT_PREFIX", ""},
                                  {"GIT_NAMESPACE", ""},
                                  {"GIT_OPTIONAL_LOCKS", "0"},
                                  {"GIT_TERMINAL_PROMPT", "0"}}};
        call.argv.insert(call.argv.end(), words.begin(), words.end());
        call.environment.insert(call.environment.end(), more.begin(), more.end());
        return output_of(call, user_);
    }
    /// A path that git tells of its own files, made absolute.
    Result<std::string> path(const char *what) const {
        return run({"rev-parse", "--path-format=absolute", "--git-path", what});
    }
    const std::string &folder() const { return folder_; }
    const std::optional<session::Identity> &user() const { return user_; }

  private:
    std::string folder_;
    const std::optional<session::Identity> &user_;
};

/// Does what it is told to with the rights of the user.
template <typename Work>
Result<void> as(const std::optional<session::Identity> &user, const std::string &what, const Work &work) {
    const session::AsUser as_user(user);
    if (!as_user.ok())
        return errno_error("becoming the user that the command runs as", errno);
    std::error_code failed;
    work(failed);
    return failed ? errno_error(what, failed.value()) : Result<void>();
}

void write_file(const fs::path &path, const std::string &text, std::error_code &failed) {
    std::ofstream file(path, std::ios::binary);
    if (!(file << text).flush())
        failed.assign(EIO, std::generic_category());
}

void copy_if_there(const fs::path &from, const fs::path &to, std::error_code &failed) {
    std::error_code ignored;
    if (fs::exists(from, ignored))
        fs::copy_file(from, to, fs::copy_options::overwrite_existing, failed);
}

/// With its time: a file that is no older than the index is looked into, as it may have changed since without
/// another size or time.
void copy_index(const fs::path &from, const fs::path &to, std::error_code &failed) {
    std::error_code ignored;
    const auto when = fs::last_write_time(from, ignored);
    copy_if_there(from, to, failed);
    if (!failed && fs::exists(to, ignored))
        fs::last_write_time(to, when, failed);
}

/// "mode hash stage\tpath", ended by NUL, of `git ls-files -s -z`.
std::vector<Gitlink> parse_gitlinks(const std::string &listed) {
    std::vector<Gitlink> links;
    for (std::size_t begin = 0; begin < listed.size();) {
        const std::size_t end = std::min(listed.find('\0', begin), listed.size());
        const std::string entry = listed.substr(begin, end - begin);
        const std::size_t tab = entry.find('\t');
        if (entry.starts_with("160000 ") && tab != std::string::npos)
            links.push_back({entry.substr(tab + 1), entry.substr(7, entry.find(' ', 7) - 7)});
        begin = end + 1;
    }
    return links;
}

Result<std::vector<Gitlink>> gitlinks(const Git &git, const Words &paths) {
    Words words{"ls-files", "-s", "-z", "--"};
    words.insert(words.end(), paths.begin(), paths.end());
    const Result<std::string> listed = git.run(words);
    if (!listed)
        return listed.error();
    return parse_gitlinks(*listed);
}

/// Where what is not committed becomes objects, apart from all others: git sets the time of an object that it
/// would write and finds there already, in the user's repository as well.
fs::path snapshot_objects(const fs::path &git) {
    return git / "snapshot";
}

/// A repository in `to` that has the refs and the configuration of `from` and borrows its objects, and those
/// of `lenders`. Nothing is checked out.
Result<void> borrow(const Git &from, const Git &to, const Words &lenders) {
    const Result<std::string> format = from.run({"rev-parse", "--show-object-format"});
    const Result<std::string> objects = from.path("objects");
    const Result<std::string> config = from.path("config");
    const Result<std::string> shallow = from.path("shallow");
    const Result<std::string> refs = from.run({"for-each-ref", "--format=%(objectname) %(refname)"});
    for (const auto *one : {&format, &objects, &config, &shallow, &refs})
        if (!*one)
            return one->error();
    auto made = as(to.user(), "making " + to.folder(),
                   [&](std::error_code &failed) { fs::create_directories(to.folder(), failed); });
    if (!made)
        return made;
    if (const auto begun = to.run({"init", "-q", "--template=", "--object-format=" + *format}); !begun)
        return begun.error();
    const fs::path git = fs::path(to.folder()) / ".git";
    std::string all = *objects + "\n" + snapshot_objects(git).string() + "\n";
    for (const std::string &lender : lenders)
        all += lender + "\n";
    auto written = as(to.user(), "writing to " + git.string(), [&](std::error_code &failed) {
        copy_if_there(*config, git / "config", failed);
        copy_if_there(*shallow, git / "shallow", failed);
        fs::create_directories(git / "objects/info", failed);
        fs::create_directories(snapshot_objects(git), failed);
        write_file(git / "objects/info/alternates", all, failed);
        if (!refs->empty())
            write_file(git / "packed-refs", *refs + "\n", failed);
    });
    if (!written)
        return written;
    // It says where the working tree of the other one is. Asked for by its name: git refuses to work in here
    // until that is gone.
    const Git nowhere("/", to.user());
    const std::string file = git / "config";
    for (const char *key : {"core.worktree", "extensions.worktreeConfig"})
        static_cast<void>(nowhere.run({"config", "--file", file, "--unset-all", key})); // fails where not set
    const auto set = nowhere.run({"config", "--file", file, "core.bare", "false"});
    return set ? Result<void>() : Result<void>(set.error());
}

Result<void> check_out(const Git &git, const std::string &commit) {
    const Result<std::string> done = git.run({"checkout", "-q", "-f", "--detach", commit});
    return done ? Result<void>() : Result<void>(done.error());
}

/// All of the working tree of `from` that is not ignored, as a commit of `to`.
Result<std::string> snapshot(const Git &from, const Git &to) {
    const Result<std::string> index = from.path("index");
    if (!index)
        return index.error();
    const fs::path git = fs::path(to.folder()) / ".git";
    const std::string copy = git / "snapshot-index";
    const auto copied = as(to.user(), "copying " + *index,
                           [&](std::error_code &failed) { copy_index(*index, copy, failed); });
    if (!copied)
        return copied.error();
    const Environment into{{"GIT_INDEX_FILE", copy}, {"GIT_OBJECT_DIRECTORY", snapshot_objects(git)}};
    if (const auto added = from.run({"add", "-A", "--", ":/"}, into); !added)
        return added.error();
    Result<std::string> tree = from.run({"write-tree", "--missing-ok"}, into);
    if (!tree)
        return tree;
    Words words{"commit-tree", *tree, "-m", "the working tree"};
    if (const Result<std::string> head = from.run({"rev-parse", "-q", "--verify", "HEAD"}); head)
        words.insert(words.end(), {"-p", *head});
    return to.run(words, {{"GIT_AUTHOR_NAME", "unwedge"},
                          {"GIT_AUTHOR_EMAIL", "unwedge@localhost"},
                          {"GIT_COMMITTER_NAME", "unwedge"},
                          {"GIT_COMMITTER_EMAIL", "unwedge@localhost"}});
}

bool is_checked_out(const Git &git) {
    std::error_code ignored;
    return fs::exists(fs::path(git.folder()) / ".git", ignored);
}

Git below(const Git &git, const std::string &path) {
    return {fs::path(git.folder()) / path, git.user()};
}

Result<void> copy_commit(const Git &from, const Git &to, const std::string &commit, const Words &lenders);

/// A submodule that is not checked out is left empty, as it is there.
Result<void> copy_submodules(const Git &from, const Git &to, const std::vector<Gitlink> &links) {
    for (const Gitlink &link : links) {
        const Git submodule = below(from, link.path);
        if (!is_checked_out(submodule))
            continue;
        if (const Result<void> done = copy_commit(submodule, below(to, link.path), link.commit, {}); !done)
            return Error{fmt::format("submodule {}: {}", link.path, done.error().message)};
    }
    return {};
}

Result<void> copy_commit(const Git &from, const Git &to, const std::string &commit, const Words &lenders) {
    if (Result<void> borrowed = borrow(from, to, lenders); !borrowed)
        return borrowed;
    if (Result<void> done = check_out(to, commit); !done)
        return done;
    const Result<std::vector<Gitlink>> links = gitlinks(to, {});
    return links ? copy_submodules(from, to, *links) : Result<void>(links.error());
}

/// Returns the commit that stands for all that is not committed.
Result<std::string> copy_working_tree(const Git &from, const Git &to) {
    if (const Result<void> borrowed = borrow(from, to, {}); !borrowed)
        return borrowed.error();
    Result<std::string> commit = snapshot(from, to);
    if (!commit)
        return commit;
    if (const Result<void> done = check_out(to, *commit); !done)
        return done.error();
    const Result<std::vector<Gitlink>> links = gitlinks(to, {});
    if (!links)
        return links.error();
    for (const Gitlink &link : *links) {
        const Git submodule = below(from, link.path);
        if (!is_checked_out(submodule))
            continue;
        if (const auto done = copy_working_tree(submodule, below(to, link.path)); !done)
            return Error{fmt::format("submodule {}: {}", link.path, done.error().message)};
    }
    return commit;
}

/// The change, but for `paths`, which are the baseline's.
Result<void> copy_mixed(const Git &from, const Git &to, const SidesWanted &wanted, const std::string &base,
                        const std::string &change, const std::string &prefix) {
    const std::string lender = fs::path(wanted.folder) / "work/.git/objects";
    if (Result<void> borrowed = borrow(from, to, {lender}); !borrowed)
        return borrowed;
    if (Result<void> done = check_out(to, change); !done)
        return done;
    Words words{"restore", "-q", "--source=" + base, "--staged", "--worktree", "--"};
    Words paths;
    for (const std::string &path : wanted.paths)
        paths.push_back(path.starts_with(':') ? path : fmt::format(":/{}{}", prefix, path));
    words.insert(words.end(), paths.begin(), paths.end());
    if (const auto restored = to.run(words); !restored)
        return Error{"--only: " + restored.error().message};
    const Result<std::vector<Gitlink>> all = gitlinks(to, {});
    const Result<std::vector<Gitlink>> reverted = gitlinks(to, paths);
    if (!all || !reverted)
        return all ? reverted.error() : all.error();
    if (Result<void> done = copy_submodules(from, to, *reverted); !done)
        return done;
    std::set<std::string> seen;
    for (const Gitlink &link : *reverted)
        seen.insert(link.path);
    for (const Gitlink &link : *all) {
        const Git submodule = below(from, link.path);
        if (seen.contains(link.path) || !is_checked_out(submodule))
            continue;
        if (const auto done = copy_working_tree(submodule, below(to, link.path)); !done)
            return Error{fmt::format("submodule {}: {}", link.path, done.error().message)};
    }
    return {};
}

} // namespace

Result<Sides> make_sides(const SidesWanted &wanted) {
    const Git here("", wanted.user);
    const Result<std::string> top = here.run({"rev-parse", "--show-toplevel"});
    if (!top)
        return top.error();
    const Result<std::string> prefix = here.run({"rev-parse", "--show-prefix"});
    if (!prefix)
        return prefix.error();
    const Result<std::string> commit =
        here.run({"rev-parse", "-q", "--verify", "--end-of-options", wanted.revision + "^{commit}"});
    if (!commit)
        return Error{fmt::format("--baseline: '{}' is no commit", wanted.revision)};
    // Names of one length: what depends on the length of paths is the same on both sides.
    Sides sides{fs::path(wanted.folder) / "base", fs::path(wanted.folder) / "work", *prefix, *commit};
    const Git from(*top, wanted.user);
    const Git base(sides.base, wanted.user);
    const Result<std::string> change = copy_working_tree(from, Git(sides.change, wanted.user));
    if (!change)
        return change.error();
    const Result<void> done = wanted.paths.empty()
                                  ? copy_commit(from, base, *commit, {})
                                  : copy_mixed(from, base, wanted, *commit, *change, *prefix);
    if (!done)
        return done.error();
    return sides;
}

} // namespace unwedge::gate
