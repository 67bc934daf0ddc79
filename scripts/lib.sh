# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the scripts share; sourced. Sets `root`, the project's folder, and decides whose files a build makes.

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
script=${0##*/}

say() { printf '%s: %s\n' "$script" "$*"; }
die() {
    say "$@" >&2
    exit 1
}
usage_error() {
    say "$1 (see $script --help)" >&2
    exit 2
}

# The comment below the SPDX line of the script that was called.
show_help() { sed -n '3,/^[^#]*$/{s/^#\( \|$\)//p}' "$0"; }

# Root must leave no files of its own in somebody else's tree: builds run as the tree's owner, through as_owner,
# and what tests made as root goes to the owner by give_back.
owner=$(stat -c %u "$root")
group=$(stat -c %g "$root")
owner_prefix=()
if ((EUID == 0 && owner != 0)); then
    if entry=$(getent passwd "$owner"); then
        IFS=: read -r name _ _ group _ home _ <<<"$entry"
        owner_prefix=(setpriv --reuid "$owner" --regid "$group" --init-groups env HOME="$home" USER="$name")
    else
        owner_prefix=(setpriv --reuid "$owner" --regid "$group" --clear-groups env HOME=/ XDG_CACHE_HOME="$root/build/cache")
    fi
    # A tree that its owner cannot reach (it lies in /root): then root builds, and gives back.
    "${owner_prefix[@]}" test -w "$root" || owner_prefix=()
fi

as_owner() { "${owner_prefix[@]}" "$@"; }

give_back() {
    if ((EUID == 0 && owner != 0)) && [[ -d $root/build ]]; then
        find "$root/build" -xdev -uid 0 -exec chown --no-dereference "$owner:$group" {} +
    fi
}

# unwedge runs commands as who called sudo. After `sudo -i` and a clone into /root, that user reaches no file here.
if ((EUID == 0)) && [[ -n ${SUDO_UID:-} && -n ${SUDO_GID:-} ]] &&
    ! setpriv --reuid "$SUDO_UID" --regid "$SUDO_GID" --clear-groups test -r "$root/scripts/lib.sh"; then
    unset SUDO_UID SUDO_GID SUDO_USER
fi

# scripts/setup, unless this is a distribution that it does not know: it has said so, and the build shows what lacks.
set_up() { "$root/scripts/setup" "$@" || [[ $? == 3 ]] || exit 1; }
