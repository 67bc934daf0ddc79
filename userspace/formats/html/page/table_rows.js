// SPDX-License-Identifier: GPL-2.0-only
// What the tables show: columns and rows. A cell is text, a number with its unit, or an actor.

const as_time = {show: (time) => offset_text(time, 1e3), numeric: true}; // microseconds
const as_pid = {show: String, numeric: true, actor: true};
const as_bytes = {show: (bytes) => bytes.toLocaleString('en'), numeric: true};
const as_length = {show: duration_text, numeric: true};
const as_text = {show: String};
const as_number = {show: (number) => number.toLocaleString('en'), numeric: true};

const name_of_pid = (pid) => actor_by_pid.get(pid)?.name ?? null;
const channel_of_end = (end) => (data.ends[end] ? channel_name(data.channels[data.ends[end].channel]) : null);
const channel_of_number = (number) => (number === null ? null : channel_name(data.channels[number]));

/** columns: [title, width in pixels, how it is shown]; rows: made when the table is first opened. */
const tables = [
    {name: 'Actors', columns: [['pid', 80, as_pid], ['name', 150, as_text], ['part', 110, as_text], ['does', 280, as_text], ['parent', 80, as_pid],
        ['health', 90, as_text], ['CPU', 100, as_length], ['threads', 80, as_number], ['began', 120, as_time], ['ended', 120, as_time], ['command', 480, as_text]],
    rows: () => data.actors.map((actor) => [actor.pid, actor.name, part_words[actor.part] ?? '', actor.sits, actor.ppid, actor.health, actor.cpu,
        actor.threads, actor.lives[0]?.[0] ?? null, actor.lives.at(-1)?.[1] ?? null, actor.command])},
    {name: 'Channels', columns: [['channel', 90, as_text], ['end of', 200, as_text], ['fd', 60, as_number], ['unread', 90, as_bytes], ['unsent', 90, as_bytes],
        ['reading', 90, as_text], ['state', 120, as_text], ['address', 220, as_text], ['received', 90, as_number], ['sent', 90, as_number],
        ['last receive', 120, as_time], ['last send', 120, as_time], ['stalls', 70, as_number], ['id', 180, as_text]],
    rows: () => data.ends.flatMap((end) => (end.holders.length ? end.holders : [[null, null]]).map(([pid, fd]) => [channel_of_number(end.channel),
        pid === null ? 'outside' : who(pid), fd, end.unread, end.unsent, end.interest, end.state, end.address, end.received, end.sent, end.last_receive,
        end.last_send, end.stalls.length, end.id]))},
    {name: 'Events', columns: [['time', 120, as_time], ['event', 110, as_text], ['pid', 80, as_pid], ['name', 150, as_text], ['channel', 90, as_text], ['what', 520, as_text]],
        rows: () => data.events.map(([time, event, pid, end, words]) => [time, event, pid, name_of_pid(pid), channel_of_end(end), words])},
    {name: 'Records', columns: [['time', 120, as_time], ['pid', 80, as_pid], ['name', 150, as_text], ['record', 110, as_text], ['bytes', 90, as_bytes],
        ['channel', 90, as_text], ['what', 260, as_text]],
    rows: () => record_rows()},
    {name: 'Waits', columns: [['from', 80, as_pid], ['name', 150, as_text], ['on', 80, as_pid], ['name', 150, as_text], ['channel', 90, as_text],
        ['strength', 90, as_text], ['why', 480, as_text]],
    rows: () => (data.scenes[data.looks.at(-1)?.scene]?.waits ?? []).map((wait) => [wait.from, name_of_pid(wait.from), wait.to, name_of_pid(wait.to),
        channel_of_number(wait.channel), wait.strength, wait.why])},
    {name: 'Verdicts', columns: [['pid', 80, as_pid], ['name', 150, as_text], ['part', 120, as_text], ['kind', 150, as_text], ['confidence', 100, as_text],
        ['state', 100, as_text], ['since', 120, as_time], ['waits on', 80, as_pid], ['final blocker', 110, as_pid], ['channel', 90, as_text], ['fingerprint', 160, as_text],
        ['evidence', 520, as_text]],
    rows: () => data.verdicts.map((verdict) => [verdict.pid, name_of_pid(verdict.pid), part_words[verdict.part], verdict.kind, verdict.confidence, verdict.state,
        verdict.since, verdict.waits_on, verdict.final_blocker, channel_of_number(verdict.channel), verdict.fingerprint,
        verdict.evidence.map(([fact, source]) => `${fact} [${source}]`).join('; ')])},
    {name: 'Looks', columns: [['time', 120, as_time], ['at', 210, as_text], ['wedged', 80, as_text], ['outlook', 150, as_text], ['summary', 620, as_text]],
        rows: () => data.looks.map((look) => [look.time, look.at, look.wedged ? 'wedged' : 'no', look.outlook, look.summary])},
    {name: 'Samples', columns: [['time', 120, as_time], ['actors', 90, as_number], ['ends', 90, as_number], ['unread', 90, as_number], ['stalled', 90, as_number]],
        rows: () => data.samples},
];

/** Of all actors, by time. */
function record_rows() {
    const rows = [];
    for (const pid of Object.keys(data.flight).map(Number)) {
        const history = flight_of(pid);
        const name = name_of_pid(pid);
        for (let i = 0; i < history.kinds.length; ++i) {
            const kind = history.kinds[i];
            const bytes = kind === 'r' || kind === 's' ? history.amounts[i] : null;
            const what = kind === 't' ? tcp_states[history.amounts[i]] ?? String(history.amounts[i]) : null;
            rows.push([history.times[i], pid, name, record_words[kind] ?? kind, bytes, channel_of_end(history.ends[i]), what]);
        }
    }
    return rows.sort((a, b) => a[0] - b[0]);
}
