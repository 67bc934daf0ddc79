# SPDX-License-Identifier: GPL-2.0-only
"""What the cases on Erlang share: two nodes, of which one has its work done by the other."""

from __future__ import annotations

import os

import zoo
import zoo_runtime as runtime

FAR = "far@127.0.0.1"
NEAR = "near@127.0.0.1"
_SERVE = f"""
    Meet = fun Meet() ->
        net_adm:ping('{FAR}') =:= pong orelse (timer:sleep(20) =:= ok andalso Meet())
    end,
    Serve = fun Serve(S) ->
        {{ok, Ms}} = gen_tcp:recv(S, 0),
        ok = rpc:call('{FAR}', timer, sleep, [binary_to_integer(Ms)]),
        ok = gen_tcp:send(S, Ms),
        Serve(S)
    end,
    spawn(fun() ->
        Meet(),
        % A buffer for one message: it does not take the next one before it is asked to.
        Options = [
            binary, {{buffer, 8}}, {{ip, {{127,0,0,1}}}}, {{packet, 4}}, {{active, false}}
        ],
        {{ok, L}} = gen_tcp:listen(PORT, Options),
        {{ok, S}} = gen_tcp:accept(L),
        Serve(S)
    end).
"""


class Nodes:
    """epmd, two nodes, and a connection to the near one, which has the far one sleep as told."""

    def __init__(self) -> None:
        home = runtime.folder()
        names = str(runtime.free_port())
        epmd = runtime.launch(home, "epmd", "-port", names, "-address", runtime.LOCALHOST)
        runtime.connect(int(names)).close()

        def node(name: str, code: str) -> int:
            options = f"-name {name} -setcookie zoo -noinput -start_epmd false -connect_all false"
            inet = "-kernel inet_dist_use_interface {127,0,0,1}"
            environment = {
                **os.environ,
                "HOME": str(home),
                "ERL_EPMD_PORT": names,
                "ERL_EPMD_ADDRESS": runtime.LOCALHOST,
            }
            return runtime.launch(
                home, "erl", *options.split(), *inet.split(), "-eval", code, env=environment
            ).pid

        port = runtime.free_port()
        self.epmd = epmd.pid
        self.far = node(FAR, "ok.")
        self.near = node(NEAR, _SERVE.replace("PORT", str(port)))
        self.client = zoo.Channel(runtime.connect(port))
        for _ in range(zoo.TURNS):
            self.ask(0)

    def say(self, job_ms: int) -> None:
        self.client.send(f"{job_ms:04}".encode())

    def ask(self, job_ms: int) -> None:
        self.say(job_ms)
        self.client.receive()
