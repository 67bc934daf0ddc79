// SPDX-License-Identifier: GPL-2.0-only
#include "session/as_user.h"

#include <grp.h>
#include <unistd.h>

#include <algorithm>

namespace unwedge::session {

AsUser::AsUser(const std::optional<Identity> &identity) : changed_(identity.has_value()) {
    if (!changed_)
        return;
    groups_.resize(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
    ::getgroups(static_cast<int>(groups_.size()), groups_.data());
    ok_ = ::setgroups(identity->groups.size(), identity->groups.data()) == 0 &&
          ::setegid(identity->gid) == 0 && ::seteuid(identity->uid) == 0;
}

AsUser::~AsUser() {
    // The way back is open: the real and saved ids are still root's.
    if (changed_ &&
        (::seteuid(::getuid()) || ::setegid(::getgid()) || ::setgroups(groups_.size(), groups_.data())))
        ::_exit(125);
}

} // namespace unwedge::session
