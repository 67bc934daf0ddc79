// SPDX-License-Identifier: GPL-2.0-only
#include "session/socket_tables.h"

#include "procfs/link.h"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

namespace unwedge::session {

std::optional<std::uint64_t> netns_of(const procfs::Proc &proc, facts::Pid pid) {
    const Result<std::string> link = proc.read_link(fmt::format("{}/ns/net", pid));
    return link ? procfs::inode_of(*link, "net") : std::nullopt;
}

SocketTables::SocketTables(const procfs::Proc &proc) : proc_(proc), own_(netns_of(proc, ::getpid())) {}

void SocketTables::keep_only(const std::map<std::uint64_t, facts::Pid> &namespaces) {
    std::erase_if(diags_, [&](const auto &entry) { return !namespaces.contains(entry.first); });
}

Result<netlink::SockDiag *> SocketTables::diag_of(const NetworkNamespace &netns) {
    auto found = diags_.find(netns.inode);
    if (found == diags_.end()) {
        Result<netlink::SockDiag> opened = Error{};
        if (netns.inode == own_) {
            opened = netlink::SockDiag::open();
        } else {
            const Result<Fd> there = proc_.open_namespace(netns.pid, "net");
            opened = there ? netlink::SockDiag::open_in(*there) : there.error();
        }
        found = diags_.emplace(netns.inode, std::move(opened)).first;
    }
    if (!found->second)
        return Error{fmt::format("the sockets of network namespace {}: {}", netns.inode,
                                 found->second.error().message),
                     found->second.error().code};
    return &*found->second;
}

Result<std::vector<DiagSocket>> SocketTables::tcp(const NetworkNamespace &netns, Nanos now,
                                                  const GiveId &give_id) {
    const Result<netlink::SockDiag *> diag = diag_of(netns);
    if (!diag)
        return diag.error();
    const Result<std::vector<netlink::TcpSocket>> told = (*diag)->dump_tcp();
    if (!told)
        return Error{"TCP sockets: " + told.error().message, told.error().code};
    return tcp_sockets(*told, netns.inode, now, give_id);
}

Result<std::vector<DiagSocket>> SocketTables::of_unix(const NetworkNamespace &netns, const GiveId &give_id) {
    const Result<netlink::SockDiag *> diag = diag_of(netns);
    if (!diag)
        return diag.error();
    const Result<std::vector<netlink::UnixSocket>> told = (*diag)->dump_unix();
    if (!told)
        return Error{"UNIX sockets: " + told.error().message, told.error().code};
    return unix_sockets(*told, give_id);
}

} // namespace unwedge::session
