# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# How the scripts install packages of Debian's; sourced after lib.sh.

is_debian() { [[ $(. /etc/os-release && echo "${ID:-}") == debian ]] && command -v apt-get >/dev/null; }

# Those of the packages named that are not installed, one a line.
missing_packages() {
    local installed
    # dpkg-query fails if it does not know one of them; it lists the others all the same.
    installed=$(dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
    printf 'installed %s\n' "$@" | grep -vxFf <(echo "$installed") | cut -d' ' -f2 || true
}

# apt-get talks for hundreds of lines: they are shown only if it fails.
apt_get() {
    DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" \
        >"$apt_log" 2>&1 </dev/null || {
        tail -n 30 "$apt_log" >&2
        die "apt-get $1 failed; the end of what it said is above"
    }
}

policy=/usr/sbin/policy-rc.d
# The services that the packages bring. Tests start servers of their own: none is to run on this host for their sake.
services=(epmd.service epmd.socket nginx.service postgresql.service redis-server.service)

# Installs those of the packages named that are missing; dies if it can't. No service that comes with one is started,
# now or when the host boots.
install_missing() {
    local missing present=() service
    mapfile -t missing < <(missing_packages "$@")
    if ((${#missing[@]} == 0)); then
        say "all $# packages are there"
        return
    fi
    ((EUID == 0)) || die "to install what is missing, run 'sudo $0': ${missing[*]}"
    apt_log=$(mktemp)
    trap clean_up_after_apt EXIT
    for service in "${services[@]}"; do
        [[ ! -e /lib/systemd/system/$service ]] || present+=("$service")
    done
    if [[ ! -e $policy ]]; then
        own_policy=true
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
    fi
    say "apt-get update"
    apt_get update
    say "apt-get install ${missing[*]}"
    apt_get install --no-install-recommends "${missing[@]}"
    clean_up_after_apt
    for service in "${services[@]}"; do
        if [[ " ${present[*]} " != *" $service "* && -e /lib/systemd/system/$service ]] && command -v systemctl >/dev/null; then
            systemctl disable "$service" >/dev/null 2>&1 || true
        fi
    done
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]} == 0)) || die "still missing: ${missing[*]}"
    say "done: all $# packages are there"
}

own_policy=false
clean_up_after_apt() {
    rm -f "$apt_log"
    if $own_policy; then rm -f "$policy"; fi
}
