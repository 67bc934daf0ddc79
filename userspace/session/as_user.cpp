// SPDX-License-Identifier: GPL-2.0-only
#include "session/as_user.h"

#include <grp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace unwedge::session {

AsUser::AsUser(const std::optional<Identity> &identity)
    : before_(own_capabilities()), becomes_(identity.has_value()),
      lends_(becomes_ || (::geteuid() != 0 && before_.permitted != 0)) {
    if (becomes_) {
        groups_.resize(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
        ::getgroups(static_cast<int>(groups_.size()), groups_.data());
        ok_ = ::setgroups(identity->groups.size(), identity->groups.data()) == 0 &&
              ::setegid(identity->gid) == 0 && ::seteuid(identity->uid) == 0;
    }
    // Those of a program that the administrator has given some are not for the files that its user names; and
    // what seteuid(2) has taken depends on securebits.
    if (!ok_ || !lends_ || ::geteuid() == 0)
        return;
    errno = set_own_capabilities({.permitted = before_.permitted, .inheritable = before_.inheritable});
    ok_ = errno == 0;
}

AsUser::~AsUser() {
    // The way back is open: the real and saved ids are still root's, and all capabilities are permitted.
    const bool raised = !lends_ || set_own_capabilities(before_) == 0;
    if (!raised || (becomes_ && (::seteuid(::getuid()) || ::setegid(::getgid()) ||
                                 ::setgroups(groups_.size(), groups_.data()))))
        ::_exit(125);
}

} // namespace unwedge::session
