// SPDX-License-Identifier: GPL-2.0-only
// The recording (formats/html/page_data.h) with the ways to go through it.

const data = JSON.parse(by_id('recording').textContent);

const actor_by_pid = new Map(data.actors.map((actor) => [actor.pid, actor]));
const channels_of_pid = new Map();
const until = Math.max(data.until, 1);

data.ends.forEach((end, number) => { end.number = number; });
data.channels.forEach((channel, number) => {
    channel.number = number;
    channel.ends = channel.ends.map((end) => data.ends[end]);
    for (const end of channel.ends)
        for (const [pid] of end.holders) {
            if (!channels_of_pid.has(pid)) channels_of_pid.set(pid, new Set());
            channels_of_pid.get(pid).add(channel);
        }
});
for (const actor of data.actors) {
    actor.verdicts = data.verdicts.filter((verdict) => verdict.pid === actor.pid);
    actor.held = [];
}
for (const end of data.ends)
    for (const [pid, fd] of end.holders) actor_by_pid.get(pid)?.held.push({end, fd});

/** Records of an actor in columns, with times for steps; made when they are first asked for. */
function flight_of(pid) {
    const history = data.flight[pid];
    if (!history) return null;
    if (!history.times) {
        history.times = new Float64Array(history.steps.length);
        let time = 0;
        history.steps.forEach((step, i) => { time += step; history.times[i] = time; });
    }
    return history;
}

const record_words = {r: 'received', s: 'sent', u: 'woke', t: 'socket state'};
const tcp_states = ['', 'ESTABLISHED', 'SYN_SENT', 'SYN_RECV', 'FIN_WAIT1', 'FIN_WAIT2', 'TIME_WAIT', 'CLOSE', 'CLOSE_WAIT',
    'LAST_ACK', 'LISTEN', 'CLOSING', 'NEW_SYN_RECV'];

function record_text(history, i) {
    const kind = history.kinds[i];
    const amount = history.amounts[i];
    if (kind === 't') return `socket began ${tcp_states[amount] ?? amount}`;
    if (kind === 'u') return 'woke from its wait';
    const end = data.ends[history.ends[i]];
    const where = end ? ` on channel ${data.channels[end.channel]?.number + 1}` : '';
    return `${record_words[kind]} ${bytes_text(amount)}${where}`;
}

/** "child (pid 12)". */
function who(pid) {
    const actor = actor_by_pid.get(pid);
    return actor ? `${actor.name} (pid ${pid})` : `pid ${pid}`;
}

/** For people: numbered from 1, because the ids are the kernel's and long. */
function channel_name(channel) {
    return `${channel.kind} ${channel.number + 1}`;
}

function stalls_of(actor) {
    return actor.held.flatMap(({end}) => end.stalls.map(([since, to, unread]) => ({end, since, to, unread})));
}

const part_order = {culprit: 0, suspect: 1, past: 2, victim: 3, '': 4};

/** Those of a verdict, then the others, children below their parents. */
const actors_in_order = (() => {
    const children = new Map();
    for (const actor of data.actors) {
        const parent = actor_by_pid.has(actor.ppid) && actor.ppid !== actor.pid ? actor.ppid : 0;
        if (!children.has(parent)) children.set(parent, []);
        children.get(parent).push(actor);
    }
    const order = [];
    const seen = new Set();
    const stack = [...(children.get(0) ?? [])].reverse();
    while (stack.length) {
        const actor = stack.pop();
        if (seen.has(actor)) continue;
        seen.add(actor);
        order.push(actor);
        stack.push(...[...(children.get(actor.pid) ?? [])].reverse());
    }
    order.push(...data.actors.filter((actor) => !seen.has(actor))); // pids that were each other's parent
    return order.map((actor, i) => [actor, i])
        .sort(([a, i], [b, j]) => part_order[a.part] - part_order[b.part] || i - j)
        .map(([actor]) => actor);
})();

/** Actors of a verdict, of an edge, or with a stalled end at any time: what people look for first. */
const involved = (() => {
    const pids = new Set(data.verdicts.map((verdict) => verdict.pid));
    for (const scene of data.scenes)
        for (const wait of scene.waits) pids.add(wait.from).add(wait.to);
    for (const actor of data.actors)
        if (stalls_of(actor).length) pids.add(actor.pid);
    return pids;
})();
