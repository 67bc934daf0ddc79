// SPDX-License-Identifier: GPL-2.0-only
// Each built-in profile on the command lines and titles that its framework has.
#include "naming.h"

namespace unwedge::profiles {
namespace {

const std::string python = "/opt/venv/bin/python3.11";
const std::vector<std::string> spawned{
    python, "-c", "from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5, pipe_handle=7)",
    "--multiprocessing-fork"};
const std::vector<std::string> xdist_worker{python, "-u", "-c",
                                            "import sys;exec(eval(sys.stdin.readline()))"};

TEST(BuiltIn, WhatNoProfileKnowsKeepsItsName) {
    Naming tree;
    tree.actor(1, 0, {"/bin/sh", "run-tests.sh"});
    tree.actor(2, 1, {"/usr/sbin/redis-server", "*:6379"});
    tree.actor(3, 1, {python, "worker.py", "child"});
    EXPECT_EQ(tree.named(1), Named("run-tests.sh", std::nullopt));
    EXPECT_EQ(tree.named(2), Named("redis-server *:6379", std::nullopt));
    EXPECT_EQ(tree.named(3), Named("worker.py child", std::nullopt));
}

TEST(BuiltIn, WhoOnlyStartsThemIsNone) {
    Naming tree;
    facts::Pid pid = 1;
    for (const char *line :
         {"python3 -m celery -A proj worker -n w1", "python3 -m tractor._child --uid ('a', 'b')",
          "python3 -m distributed.cli.dask_worker x", "python3 -m pytest -n 4"}) {
        tree.actor(++pid, 0, {"sh", "-c", line});
        EXPECT_EQ(tree.named(pid).second, std::nullopt) << line;
    }
}

TEST(BuiltIn, WhatAWrapperForkedBeforeItExecdIsNone) {
    Naming tree;
    tree.actor(1, 0, {"bash", "/opt/pyenv/bin/pyenv", "exec", "celery", "worker"});
    tree.forked(2, 1);
    tree.actor(1, 0, {python, "/opt/venv/bin/celery", "worker"});
    EXPECT_EQ(tree.named(1), Named("celery worker", "celery"));
    EXPECT_EQ(tree.named(2), Named("pyenv exec celery", std::nullopt));
}

TEST(BuiltIn, Tractor) {
    Naming tree;
    const std::vector<std::string> child{python, "-m", "tractor._child", "--uid"};
    auto with = [&](std::vector<std::string> rest) {
        rest.insert(rest.begin(), child.begin(), child.end());
        return rest;
    };
    tree.actor(1, 0, {python, "-m", "pytest", "tests"});
    tree.actor(2, 1, with({"('child', '1027301b-aa')", "--parent_addr", "('127.0.0.1', 1616)"}));
    tree.actor(3, 1, with({"('doggy', '1027')", "--parent_addr", "('/run/user/1', 'p@2.sock')"}));
    tree.actor(4, 2, with({"('it', '1')", "--parent_addr", "x"})).title("_subactor[it@10273]");
    EXPECT_EQ(tree.named(1), Named("pytest tests", std::nullopt));
    EXPECT_EQ(tree.named(2), Named("child", "tractor"));
    EXPECT_EQ(tree.named(3), Named("doggy", "tractor"));
    EXPECT_EQ(tree.named(4), Named("it", "tractor"));
}

TEST(BuiltIn, TractorByItsTitles) {
    Naming tree;
    tree.actor(1, 0, {python, "app.py"});
    tree.forked(2, 1).title("tractor[doggy@1027301b]");
    tree.forked(3, 1).title("_subactor[an@odd name@1027301b]");
    tree.actor(4, 1, spawned).title("_subactor[spawned@1027301b]");
    tree.actor(5, 1, {"/opt/bin/app"}).title("tractor[alone@1027301b]");
    EXPECT_EQ(tree.named(2), Named("doggy", "tractor"));
    EXPECT_EQ(tree.named(3), Named("an@odd name", "tractor"));
    EXPECT_EQ(tree.named(4), Named("spawned", "tractor"));
    EXPECT_EQ(tree.named(5), Named("alone", "tractor"));
}

TEST(BuiltIn, Ray) {
    Naming tree;
    const std::string lib = "/opt/venv/lib/python3.11/site-packages/ray";
    const std::string worker = lib + "/_private/workers/default_worker.py";
    tree.actor(1, 0, {python, "driver.py"});
    tree.actor(2, 1, {lib + "/core/src/ray/gcs/gcs_server", "--log_dir=/tmp"});
    tree.actor(3, 1,
               {lib + "/core/src/ray/raylet/raylet", "--python_worker_command=" + python + " " + worker});
    tree.actor(4, 1, {python, lib + "/dashboard/dashboard.py", "--host=127.0.0.1"});
    tree.actor(5, 3, {python, "-u", lib + "/_private/runtime_env/agent/main.py"});
    tree.actor(6, 3, {python, worker, "--node-ip-address=127.0.0.1"}).title("ray::Counter.increment");
    tree.actor(7, 3, {python, worker, "--node-ip-address=127.0.0.1"});
    EXPECT_EQ(tree.named(1), Named("driver.py", std::nullopt));
    EXPECT_EQ(tree.named(2), Named("gcs_server", "ray"));
    EXPECT_EQ(tree.named(3), Named("raylet", "ray"));
    EXPECT_EQ(tree.named(4), Named("ray dashboard", "ray"));
    EXPECT_EQ(tree.named(5), Named("ray runtime_env agent", "ray"));
    EXPECT_EQ(tree.named(6), Named("ray::Counter.increment", "ray"));
    EXPECT_EQ(tree.named(7), Named("ray worker #1", "ray"));
    tree.build.actor(6).title("ray::IDLE");
    EXPECT_EQ(tree.named(6), Named("ray::IDLE", "ray"));
}

TEST(BuiltIn, Dask) {
    Naming tree;
    tree.actor(1, 0, {python, "/opt/venv/bin/dask", "scheduler", "--port", "8786"});
    tree.actor(2, 0, {python, "/opt/venv/bin/dask-worker", "tcp://127.0.0.1:8786", "--nworkers", "2"});
    tree.actor(3, 2, spawned);
    tree.actor(4, 2, spawned).title("dask worker [tcp://127.0.0.1:4001]");
    tree.actor(5, 0, {python, "-m", "distributed.cli.dask_worker", "tcp://127.0.0.1:8786", "--no-nanny"});
    tree.actor(6, 0, {python, "notebook.py"});
    tree.actor(7, 6, spawned).title("dask worker [tcp://127.0.0.1:4002]");
    EXPECT_EQ(tree.named(1), Named("dask scheduler", "dask"));
    EXPECT_EQ(tree.named(2), Named("dask nanny", "dask"));
    EXPECT_EQ(tree.named(3), Named("dask worker #1", "dask"));
    EXPECT_EQ(tree.named(4), Named("dask worker #2", "dask"));
    EXPECT_EQ(tree.named(5), Named("dask worker", "dask"));
    EXPECT_EQ(tree.named(6), Named("notebook.py", std::nullopt));
    EXPECT_EQ(tree.named(7), Named("dask worker #1", "dask"));
}

TEST(BuiltIn, Celery) {
    Naming tree;
    tree.actor(1, 0, {python, "/opt/venv/bin/celery", "-A", "proj", "worker", "-c", "2", "-n", "w1@%h"});
    tree.build.actor(1).title("[celeryd: w1@ci:MainProcess] -active- (worker -c 2)");
    tree.forked(2, 1).title("[celeryd: w1@ci:ForkPoolWorker-1]");
    tree.forked(3, 1).title("[celeryd: w1@ci:MainProcess] -active- (worker -c 2)");
    tree.actor(4, 0, {python, "-m", "celery", "-A", "proj", "beat"});
    tree.actor(5, 0, {"/opt/app/worker"}).title("[celeryd: w2@ci:MainProcess] -active-");
    EXPECT_EQ(tree.named(1), Named("celery w1@%h", "celery"));
    EXPECT_EQ(tree.named(2), Named("ForkPoolWorker-1", "celery"));
    EXPECT_EQ(tree.named(3), Named("celery w1@%h #1", "celery"));
    EXPECT_EQ(tree.named(4), Named("celery beat", "celery"));
    EXPECT_EQ(tree.named(5), Named("celery w2@ci", "celery"));
}

TEST(BuiltIn, Beam) {
    Naming tree;
    const std::string beam = "/usr/lib/erlang/erts-13.1.5/bin/beam.smp";
    tree.actor(1, 0, {beam, "--", "-root", "/usr/lib/erlang", "--", "-sname", "left@ci", "-noshell"});
    tree.actor(2, 0, {beam, "--", "-root", "/usr/lib/erlang"});
    tree.actor(3, 1, {"erl_child_setup", "1024"});
    tree.actor(4, 0, {beam, "--", "-progname"});
    tree.build.actor(4).title(beam + " -- -progname erl -name rabbit@ci.example");
    tree.actor(5, 0, {"/usr/lib/erlang/erts-13.1.5/bin/epmd", "-daemon"});
    EXPECT_EQ(tree.named(1), Named("left@ci", "beam"));
    EXPECT_EQ(tree.named(5), Named("epmd", "beam"));
    EXPECT_EQ(tree.named(2), Named("beam.smp", "beam"));
    EXPECT_EQ(tree.named(3), Named("erl_child_setup 1024", "beam"));
    EXPECT_EQ(tree.named(4), Named("rabbit@ci.example", "beam"));
}

TEST(BuiltIn, NodeCluster) {
    Naming tree;
    tree.actor(1, 0, {"node", "server.js"}).hold(20, 1).hold(21, 3).hold(22, 5);
    tree.actor(2, 1, {"/usr/bin/node", "/srv/app/server.js"}).hold(3, 2);
    tree.actor(3, 1, {"/usr/bin/node", "/srv/app/server.js"}).hold(3, 4);
    tree.actor(4, 1, {"/usr/bin/node", "/srv/app/other.js"}).hold(3, 6);
    tree.actor(5, 1, {"/usr/bin/node", "/srv/app/server.js"});
    tree.build.unix_pair(1, 2).unix_pair(3, 4).unix_pair(5, 6);
    EXPECT_EQ(tree.named(1), Named("server.js", std::nullopt));
    EXPECT_EQ(tree.named(2), Named("server.js #1", "node-cluster"));
    EXPECT_EQ(tree.named(3), Named("server.js #2", "node-cluster"));
    EXPECT_EQ(tree.named(4), Named("other.js", std::nullopt)) << "another script: not the cluster's";
    EXPECT_EQ(tree.named(5), Named("server.js", std::nullopt)) << "no channel: just another program";
}

TEST(BuiltIn, PytestXdist) {
    Naming tree;
    tree.actor(1, 0, {python, "/opt/venv/bin/pytest", "-n", "2", "tests"});
    tree.actor(2, 1, xdist_worker);
    tree.actor(3, 1, xdist_worker).title("[pytest-xdist running] tests/test_a.py::test_b");
    tree.forked(4, 3).title("[pytest-xdist running] tests/test_a.py::test_old");
    tree.actor(5, 0, {"/opt/bin/own-runner"});
    tree.actor(6, 5, xdist_worker).title("[pytest-xdist idle]");
    EXPECT_EQ(tree.named(1), Named("pytest", "pytest-xdist"));
    EXPECT_EQ(tree.named(2), Named("gw0", "pytest-xdist"));
    EXPECT_EQ(tree.named(3), Named("gw1", "pytest-xdist"));
    EXPECT_EQ(tree.named(4), Named("gw1 #1", std::nullopt)) << "what a test forks is no worker";
    EXPECT_EQ(tree.named(6), Named("gw0", "pytest-xdist"));
}

TEST(BuiltIn, PytestAloneIsNoXdist) {
    Naming tree;
    tree.actor(1, 0, {python, "-m", "pytest", "--no-header", "tests"});
    EXPECT_EQ(tree.named(1), Named("pytest", std::nullopt));
}

TEST(BuiltIn, Multiprocessing) {
    Naming tree;
    const std::string tracker = "from multiprocessing.resource_tracker import main;main(4)";
    const std::string server = "from multiprocessing.forkserver import main; main(5, 6, ['__main__'])";
    tree.actor(1, 0, {python, "worker.py"}).hold(7, 1);
    tree.actor(2, 1, {python, "-c", tracker});
    tree.actor(3, 1, {python, "-c", server});
    tree.actor(4, 1, spawned);
    tree.forked(5, 3);
    tree.forked(6, 1).hold(8, 2);
    tree.forked(7, 1);
    tree.build.unix_pair(1, 2);
    EXPECT_EQ(tree.named(1), Named("worker.py", std::nullopt));
    EXPECT_EQ(tree.named(2), Named("resource_tracker", "multiprocessing"));
    EXPECT_EQ(tree.named(3), Named("forkserver", "multiprocessing"));
    EXPECT_EQ(tree.named(4), Named("worker.py #1", "multiprocessing"));
    EXPECT_EQ(tree.named(5), Named("forkserver #1", "multiprocessing"));
    EXPECT_EQ(tree.named(6), Named("worker.py #2", "multiprocessing"));
    EXPECT_EQ(tree.named(7), Named("worker.py #3", std::nullopt)) << "os.fork() looks the same";
}

} // namespace
} // namespace unwedge::profiles
