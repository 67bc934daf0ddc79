// SPDX-License-Identifier: GPL-2.0-only
for (const section of document.querySelectorAll('main > section')) section.hidden = false;
start_next();
start_graph();
start_timeline();
start_channels();
start_verdicts();
start_tables();
performance.mark('ready');
document.documentElement.dataset.ready = Math.round(performance.now());
