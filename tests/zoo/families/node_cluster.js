// SPDX-License-Identifier: GPL-2.0-only
//
// node_cluster.js PORT WORKERS: an echo server by a cluster. A message with "lock" blocks the worker that gets it, after
// its answer; one with "spin" has it compute for ever, one with "pause" read no more on that connection. For one with
// "exec" a program runs for 4 s before the answer.
'use strict';

const { execSync } = require('node:child_process');
const cluster = require('node:cluster');
const net = require('node:net');

const [port, workers] = process.argv.slice(2).map(Number);

if (cluster.isPrimary) {
  for (let number = 0; number < workers; number += 1) cluster.fork();
} else {
  net.createServer((socket) => {
    socket.on('data', (message) => {
      if (message.includes('exec')) execSync('sleep 4');
      socket.write(message);
      if (message.includes('lock')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      while (message.includes('spin'));
      if (message.includes('pause')) socket.pause();
    });
    socket.on('error', () => {});
  }).listen(port, '127.0.0.1');
}
