// SPDX-License-Identifier: GPL-2.0-only
#include "expect/roster.h"

#include "expect/glob.h"
#include "facts/actor_name.h"
#include "util/printable.h"

#include <fmt/format.h>

#include <utility>

namespace unwedge::expect {
namespace {

std::string_view base_name(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

} // namespace

bool Person::is_called(std::string_view pattern) const {
    return matches_glob(pattern, comm) || (!argv.empty() && matches_glob(pattern, base_name(argv.front()))) ||
           matches_glob(pattern, facts::program_of(argv)) ||
           matches_glob(pattern, facts::actor_name(argv, comm));
}

std::string Person::text() const {
    return fmt::format("'{}' (pid {})", printable(facts::actor_name(argv, comm)), pid);
}

Roster::Entry Roster::begin(facts::Pid pid, std::vector<std::string> argv) {
    return people_[pid] = std::make_shared<Person>(Person{pid, "", std::move(argv)});
}

Roster::Entry Roster::saw(const facts::Event &event) {
    if (const auto *forked = std::get_if<facts::Forked>(&event)) {
        Person child{forked->child, forked->comm, {}};
        if (const auto parent = people_.find(forked->parent); parent != people_.end())
            child.argv = parent->second->argv;
        return people_[forked->child] = std::make_shared<Person>(std::move(child));
    }
    if (const auto *executed = std::get_if<facts::Executed>(&event)) {
        std::shared_ptr<Person> &person = people_[executed->pid];
        if (!person)
            person = std::make_shared<Person>(Person{executed->pid, "", {}});
        person->comm = executed->comm;
        if (!executed->argv.empty())
            person->argv = executed->argv;
        return person;
    }
    if (const auto *exited = std::get_if<facts::Exited>(&event))
        bury(exited->pid);
    return nullptr;
}

void Roster::bury(facts::Pid pid) {
    auto person = people_.extract(pid);
    if (!person)
        return;
    dead_.insert_or_assign(pid, std::move(person.mapped()));
    in_order_.push_back(pid);
    if (in_order_.size() <= remembered_dead)
        return;
    dead_.erase(in_order_.front());
    in_order_.pop_front();
}

std::string Roster::text_of(facts::Pid pid) const {
    if (const auto living = people_.find(pid); living != people_.end())
        return living->second->text();
    const auto dead = dead_.find(pid);
    return dead == dead_.end() ? fmt::format("process {}", pid) : dead->second->text();
}

Roster::Entry Roster::of(facts::Pid pid) {
    std::shared_ptr<Person> &person = people_[pid];
    if (!person)
        person = std::make_shared<Person>(Person{pid, "", {}});
    return person;
}

} // namespace unwedge::expect
