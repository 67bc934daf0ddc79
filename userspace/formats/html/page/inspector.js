// SPDX-License-Identifier: GPL-2.0-only
// What is known of one actor, beside whatever the reader looks at. The graph, the timeline and the tables choose it.

const inspector = by_id('inspector');
const choice = {pid: null, watchers: []};
let chosen_from = null;

function choose(pid, from = document.activeElement) {
    choice.pid = pid;
    if (pid !== null && !inspector.contains(from)) chosen_from = from;
    show_inspector();
    for (const watcher of choice.watchers) watcher();
    if (pid === null) return chosen_from?.focus?.({preventScroll: true});
    inspector.querySelector('h2').focus({preventScroll: true});
    keep_in_sight(from);
}

/** The details shall not hide what they are about. */
function keep_in_sight(element) {
    if (!element || element === document.body || inspector.contains(element)) return;
    const {top, bottom} = element.getBoundingClientRect();
    const hidden = bottom + 24 - inspector.getBoundingClientRect().top;
    if (hidden > 0) scrollBy(0, Math.max(0, Math.min(hidden, top - 70)));
}

/** The actor's name as a button that opens its details. */
function actor_button(pid, label = who(pid)) {
    if (!actor_by_pid.has(pid)) return el('span', {}, label);
    const part = actor_by_pid.get(pid).part;
    return button(label, () => choose(pid), {class: `actor ${part}`, title: label});
}

function inspector_row(term, ...values) {
    const given = values.flat().filter((value) => value !== '' && value !== null && value !== undefined);
    return given.length ? el('div', {}, el('dt', {}, term), el('dd', {}, given)) : null;
}

function life_text([from, to]) {
    return `${from === null ? 'before the recording' : `from ${offset_text(from)}`}${to === null ? '' : ` to ${offset_text(to)}`}`;
}

function end_line({end, fd}) {
    const channel = data.channels[end.channel];
    const facts = [`fd ${fd}`];
    if (end.unread !== null) facts.push(`${bytes_text(end.unread)} unread`);
    if (end.unsent) facts.push(`${bytes_text(end.unsent)} not taken by its peer`);
    if (end.interest !== 'unknown') facts.push(`reading ${end.interest}`);
    const others = channel.ends.filter((other) => other !== end).flatMap((other) => other.holders.map(([pid]) => pid));
    return el('li', {}, el('span', {class: 'tag'}, channel_name(channel)), ` ${facts.join(', ')} `,
        others.length ? ['→ ', others.slice(0, 3).map((pid) => actor_button(pid))] : null);
}

function waits_lines(pid) {
    const scene = shown_scene();
    if (!scene) return [];
    return scene.waits.filter((wait) => wait.from === pid)
        .map((wait) => el('li', {}, 'waits on ', actor_button(wait.to), el('small', {}, wait.why)));
}

const most_listed = 12;

function short_list(items) {
    if (!items.length) return null;
    const rest = items.length - most_listed;
    return el('ul', {}, items.slice(0, most_listed), rest > 0 ? el('li', {}, `… and ${rest} more`) : null);
}

function waiters_of(pid) {
    return (shown_scene()?.waits ?? []).filter((wait) => wait.to === pid)
        .map((wait) => el('li', {}, actor_button(wait.from)));
}

function says_more(health, sits) {
    return health && health !== 'dead' && !sits.startsWith(health);
}

function show_inspector() {
    inspector.hidden = choice.pid === null;
    document.body.classList.toggle('inspecting', !inspector.hidden);
    const actor = actor_by_pid.get(choice.pid);
    if (!actor) return;
    const history = flight_of(actor.pid);
    const verdict = actor.verdicts[0];
    inspector.replaceChildren(
        el('header', {},
            el('h2', {tabindex: -1}, actor.name, ' ', el('span', {class: 'pid'}, `pid ${actor.pid}`)),
            button('×', () => choose(null), {class: 'quiet', 'aria-label': 'Close the details'})),
        actor.part ? el('p', {class: actor.part}, el('span', {class: 'role'}, part_words[actor.part]),
            verdict && actor.part !== 'victim' ? verdict.deed : null) : null,
        el('dl', {},
            inspector_row('Does', actor.sits, says_more(actor.health, actor.sits) ? ` (${actor.health})` : null),
            inspector_row('Waits', short_list(waits_lines(actor.pid))),
            inspector_row('Keeps waiting', short_list(waiters_of(actor.pid))),
            inspector_row('Command', actor.command ? el('code', {}, actor.command) : null),
            inspector_row('Parent', actor_by_pid.has(actor.ppid) ? actor_button(actor.ppid) : `pid ${actor.ppid}`),
            inspector_row('Framework', actor.profile),
            inspector_row('Lived', actor.lives.map(life_text).join('; ')),
            inspector_row('CPU', actor.cpu === null ? null : duration_text(actor.cpu),
                actor.turns === null ? null : `, ${counted(actor.turns, 'turn')} of its loops`),
            inspector_row('Threads', actor.threads || null),
            inspector_row('Holds', short_list(actor.held.map(end_line))),
            inspector_row('Records', history ? `${counted(history.kinds.length, 'record')}${history.overwritten
                ? `; ${history.overwritten.toLocaleString('en')} earlier ones were overwritten` : ''}${history.precision
                ? `; times are precise to ${duration_text(history.precision)}` : ''}` : null)));
}

const part_words = {culprit: 'culprit', suspect: 'suspect', past: 'no longer wedged', victim: 'waits'};

addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && choice.pid !== null) choose(null);
});
