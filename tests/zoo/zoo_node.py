# SPDX-License-Identifier: GPL-2.0-only
"""What the cases on Node's cluster share: the cluster, and connections to its workers."""

from __future__ import annotations

from pathlib import Path

import observe
import zoo
import zoo_runtime as runtime

SCRIPT = Path(zoo.__file__).parent / "families/node_cluster.js"


class Cluster:
    """A primary and its workers; whoever connects is served by one of these."""

    def __init__(self, workers: int) -> None:
        port = runtime.free_port()
        home = runtime.folder()
        self.primary = runtime.launch(home, "node", SCRIPT, str(port), str(workers)).pid
        # The primary listens as soon as the first of them wants to.
        self._clients = [zoo.Channel(runtime.connect(port))]
        self._clients += [zoo.Channel(runtime.connect(port)) for _ in range(workers - 1)]
        for client in self._clients:
            zoo.converse(client)
        pids = observe.children_of(self.primary)
        self.served = [(client, runtime.holder_of(client.sock, pids)) for client in self._clients]
        """Each connection, and the worker that has it."""
