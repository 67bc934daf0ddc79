// SPDX-License-Identifier: GPL-2.0-only
//
// node_threads.js PORT: an echo server whose answers are made by a worker thread. Another one waits for ever, until it is
// woken from the same memory, as the idle thread of a pool does.
'use strict';

const net = require('node:net');
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');

if (isMainThread) {
  const memory = new SharedArrayBuffer(4);
  new Worker(__filename, { workerData: memory });
  const worker = new Worker(__filename);
  net.createServer((socket) => {
    worker.on('message', (message) => socket.write(message));
    socket.on('data', (message) => worker.postMessage(message));
    socket.on('error', () => {});
  }).listen(Number(process.argv[2]), '127.0.0.1');
} else if (workerData) {
  Atomics.wait(new Int32Array(workerData), 0, 0);
} else {
  parentPort.on('message', (message) => parentPort.postMessage(message));
}
