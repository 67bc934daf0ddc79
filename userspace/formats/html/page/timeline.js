// SPDX-License-Identifier: GPL-2.0-only
// The timeline's window on the recording, and the ways to move it: wheel, buttons, keys, drag and pinch.

const lanes_box = by_id('lanes');
const timeline_view = {from: 0, to: until, width: 0, height: 0, gutter: 0, top: 0, rows: [], row: -1, record: -1};
const shortest_window = 1000; // ns
let timeline_paint = () => {};

function set_window(from, to) {
    const length = Math.max(shortest_window, Math.min(until, to - from));
    const begin = Math.max(0, Math.min(until - length, from));
    timeline_view.from = begin;
    timeline_view.to = begin + length;
    timeline_paint();
}

/** `factor` below 1 shows more detail; the time `at` stays where it is. */
function zoom(factor, at = (timeline_view.from + timeline_view.to) / 2) {
    const {from, to} = timeline_view;
    const length = Math.max(shortest_window, Math.min(until, (to - from) * factor));
    const before = (at - from) / (to - from) * length;
    set_window(at - before, at - before + length);
}

function pan(share) {
    const by = (timeline_view.to - timeline_view.from) * share;
    set_window(timeline_view.from + by, timeline_view.to + by);
}

function time_at(x) {
    const {from, to, width, gutter} = timeline_view;
    return from + (x - gutter) / (width - gutter) * (to - from);
}

function row_at(y) {
    const row = Math.floor((y - lane.ruler + timeline_view.top) / lane.height);
    return y >= lane.ruler && row < timeline_view.rows.length ? row : -1;
}

/** The record of `actor` nearest to `time`, if it is within `reach`. */
function record_near(actor, time, reach) {
    const times = flight_of(actor.pid)?.times;
    if (!times?.length) return -1;
    const after = lower_bound(times, time);
    const near = [after - 1, after].filter((i) => i >= 0 && i < times.length)
        .sort((a, b) => Math.abs(times[a] - time) - Math.abs(times[b] - time))[0];
    return Math.abs(times[near] - time) <= reach ? near : -1;
}

/** What happened to the actor at a time, in words: the record if there is one, else what lasts. */
function lane_words(actor, time, record) {
    const words = [];
    const history = flight_of(actor.pid);
    if (record >= 0) words.push(record_text(history, record));
    for (const {end, since, to, unread} of stalls_of(actor))
        if (time >= since && time <= (to ?? until))
            words.push(`${channel_name(data.channels[end.channel])} stalled for ${duration_text((to ?? until) - since)}, ${bytes_text(unread)} unread`);
    for (const verdict of actor.verdicts)
        if (time >= verdict.since && time <= (verdict.until ?? until)) words.push(verdict.deed);
    if (!actor.lives.some(([from, to]) => time >= (from ?? 0) && time <= (to ?? until))) words.push('not there at this time');
    return words;
}

function make_tip(box) {
    const tip = el('div', {class: 'tip', 'aria-hidden': 'true', hidden: true});
    box.append(tip);
    return {
        hide: () => { tip.hidden = true; },
        show: (x, y, heading, lines) => {
            tip.replaceChildren(el('strong', {}, heading), ...lines.map((line) => el('span', {}, line)));
            tip.hidden = false;
            const left = Math.max(0, Math.min(x + 14, box.clientWidth - tip.offsetWidth - 4));
            const above = y - tip.offsetHeight - 8;
            tip.style.left = `${left}px`;
            tip.style.top = `${above < 0 ? y + 22 : above}px`;
        },
    };
}

function exact(time) {
    const step = (timeline_view.to - timeline_view.from) / timeline_view.width;
    return `${offset_text(time, Math.min(ms, step))} · ${clock_text(time)} UTC`;
}

class Timeline {
    constructor() {
        this.overview = el('canvas', {class: 'overview', 'aria-hidden': 'true'});
        this.canvas = el('canvas', {'aria-hidden': 'true'});
        this.filler = el('div', {class: 'filler'});
        this.body = el('div', {class: 'lanes', tabindex: 0, role: 'application', 'aria-label': 'Timeline of each actor',
            'aria-roledescription': 'timeline', 'aria-describedby': 'timeline-help'}, this.canvas, this.filler);
        this.spoken = el('p', {class: 'spoken', 'aria-live': 'polite'});
        const frame = el('div', {class: 'frame'}, this.overview, this.body);
        lanes_box.append(frame, this.spoken, timeline_legend(), timeline_help());
        this.tip = make_tip(frame);
        this.painter = new TimelinePainter(this.canvas);
        this.pointers = new Map();
        this.listen();
    }

    measure() {
        const width = this.body.clientWidth;
        const phone = width < 560;
        const rows = timeline_view.rows.length * lane.height + lane.ruler;
        const height = Math.max(90, Math.min(rows, phone ? 420 : 560));
        this.body.style.height = `${height}px`;
        this.filler.style.height = `${Math.max(0, rows - height)}px`;
        Object.assign(timeline_view, {width: this.body.clientWidth, height, gutter: phone ? 134 : 200, top: this.body.scrollTop});
    }

    paint() {
        this.measure();
        this.painter.paint(timeline_view);
        paint_overview(this.overview, timeline_view, this.painter.colours);
        this.body.dataset.from = timeline_view.from;
        this.body.dataset.to = timeline_view.to;
    }

    point(event) {
        const box = this.body.getBoundingClientRect();
        return {x: event.clientX - box.left, y: event.clientY - box.top};
    }

    listen() {
        const {body} = this;
        body.addEventListener('scroll', () => { this.tip.hide(); timeline_paint(); });
        body.addEventListener('wheel', (event) => this.on_wheel(event), {passive: false});
        body.addEventListener('keydown', (event) => this.on_key(event));
        body.addEventListener('blur', () => { timeline_view.row = -1; this.tip.hide(); timeline_paint(); });
        body.addEventListener('pointerdown', (event) => this.on_down(event));
        body.addEventListener('pointermove', (event) => this.on_move(event));
        for (const name of ['pointerup', 'pointercancel']) body.addEventListener(name, (event) => this.on_up(event));
        body.addEventListener('pointerleave', () => this.tip.hide());
        this.overview.addEventListener('pointerdown', (event) => this.on_overview(event));
        this.overview.addEventListener('pointermove', (event) => { if (event.buttons) this.on_overview(event); });
        matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
            this.painter.colours = colours();
            timeline_paint();
        });
        new ResizeObserver(timeline_paint).observe(lanes_box);
        choice.watchers.push(timeline_paint);
    }

    /** The page scrolls by the wheel alone; over the ruler, or with Ctrl, it zooms. */
    on_wheel(event) {
        const {x, y} = this.point(event);
        if (event.ctrlKey || event.metaKey || (y < lane.ruler && !event.shiftKey)) zoom(Math.exp(event.deltaY * 0.002), time_at(x));
        else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) pan((event.deltaX || event.deltaY) / timeline_view.width);
        else return;
        event.preventDefault();
    }

    on_down(event) {
        if (event.button !== 0) return;
        const here = this.point(event);
        if (here.x > timeline_view.width) return; // the scroll bar
        this.pointers.set(event.pointerId, here);
        this.moved = false;
        if (event.pointerType === 'mouse') this.body.setPointerCapture(event.pointerId);
    }

    on_move(event) {
        const here = this.point(event);
        const before = this.pointers.get(event.pointerId);
        if (!before) return this.hover(here);
        const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
        if (!this.moved && !other && Math.abs(here.x - before.x) < 4) return;
        this.moved = true;
        this.tip.hide();
        if (other) { // a pinch
            const [was, is] = [Math.abs(before.x - other.x), Math.abs(here.x - other.x)];
            if (was > 8 && is > 8) zoom(was / is, time_at((here.x + other.x) / 2));
        } else {
            pan((before.x - here.x) / (timeline_view.width - timeline_view.gutter));
        }
        this.pointers.set(event.pointerId, here);
    }

    on_up(event) {
        const before = this.pointers.get(event.pointerId);
        this.pointers.delete(event.pointerId);
        if (!before || this.moved || event.type === 'pointercancel') return;
        const row = row_at(before.y);
        if (row >= 0) choose(timeline_view.rows[row].pid, this.body);
    }

    on_overview(event) {
        const box = this.overview.getBoundingClientRect();
        const {width, gutter, from, to} = timeline_view;
        const time = (event.clientX - box.left - gutter) / (width - gutter) * until;
        set_window(time - (to - from) / 2, time + (to - from) / 2);
    }

    hover({x, y}) {
        const row = row_at(y);
        if (row < 0) return this.tip.hide();
        const actor = timeline_view.rows[row];
        if (x < timeline_view.gutter) return this.tell(x, y, who(actor.pid), [actor.sits || 'gone before the last look']);
        const per_pixel = (timeline_view.to - timeline_view.from) / (timeline_view.width - timeline_view.gutter);
        const record = record_near(actor, time_at(x), per_pixel * 6);
        const time = record >= 0 ? flight_of(actor.pid).times[record] : time_at(x);
        this.tell(x, y, exact(time), [who(actor.pid), ...lane_words(actor, time, record)]);
    }

    tell(x, y, heading, lines) {
        this.tip.show(x, y + this.overview.offsetHeight, heading, lines);
    }

    on_key(event) {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const keys = {
            '+': () => zoom(0.6), '=': () => zoom(0.6), '-': () => zoom(1 / 0.6), '0': () => set_window(0, until),
            'ArrowUp': () => this.move_row(-1), 'ArrowDown': () => this.move_row(1),
            'ArrowLeft': () => (event.shiftKey ? pan(-0.25) : this.move_record(-1)),
            'ArrowRight': () => (event.shiftKey ? pan(0.25) : this.move_record(1)),
            'Home': () => this.move_row(-Infinity), 'End': () => this.move_row(Infinity),
            'Enter': () => { if (timeline_view.row >= 0) choose(timeline_view.rows[timeline_view.row].pid); },
        };
        if (!keys[event.key]) return;
        event.preventDefault();
        keys[event.key]();
    }

    move_row(by) {
        const last = timeline_view.rows.length - 1;
        const row = Math.max(0, Math.min(last, timeline_view.row < 0 && Number.isFinite(by) ? 0 : timeline_view.row + by));
        timeline_view.row = row;
        timeline_view.record = -1;
        const [top, room] = [row * lane.height, timeline_view.height - lane.ruler - lane.height];
        this.body.scrollTop = Math.max(top - room, Math.min(top, this.body.scrollTop));
        const actor = timeline_view.rows[row];
        this.spoken.textContent = [who(actor.pid), part_words[actor.part], actor.sits].filter(Boolean).join(', ');
        this.tip.hide();
        timeline_paint();
    }

    /** To the record before or after; the first step is to the first one in sight. */
    move_record(by) {
        if (timeline_view.row < 0) this.move_row(0);
        const actor = timeline_view.rows[timeline_view.row];
        const history = flight_of(actor.pid);
        if (!history?.times.length) return;
        const {times} = history;
        const start = by > 0 ? lower_bound(times, timeline_view.from) - 1 : lower_bound(times, timeline_view.to);
        const record = Math.max(0, Math.min(times.length - 1, (timeline_view.record < 0 ? start : timeline_view.record) + by));
        timeline_view.record = record;
        const time = times[record];
        const length = timeline_view.to - timeline_view.from;
        if (time < timeline_view.from || time > timeline_view.to) set_window(time - length / 2, time + length / 2);
        const words = lane_words(actor, time, record);
        this.spoken.textContent = `${offset_text(time)}, ${words.join(', ')}`;
        timeline_paint();
        const y = lane.ruler + timeline_view.row * lane.height - this.body.scrollTop + lane.height / 2;
        this.tell(timeline_view.gutter + (time - timeline_view.from) / (timeline_view.to - timeline_view.from) * (timeline_view.width - timeline_view.gutter),
            y, exact(time), [who(actor.pid), ...words]);
    }
}

function timeline_legend() {
    const item = (classes, words) => el('li', {}, el('i', {class: `swatch ${classes}`, 'aria-hidden': 'true'}), words);
    return el('ul', {class: 'legend'}, item('receive', 'received'), item('send', 'sent'), item('life', 'alive'), item('stall', 'an end of it stalled'),
        item('culprit', 'accused'), item('victim', 'waits'), item('looked', 'a look'));
}

function timeline_help() {
    const keys = (...names) => names.map((name) => [el('kbd', {}, name), ' ']);
    return el('div', {id: 'timeline-help', class: 'help'},
        el('p', {class: 'fine'}, keys('Ctrl'), '+ wheel, or the wheel over the ruler, zooms; drag to move. With the keyboard: ', keys('+', '−', '0'), 'zoom, ',
            keys('↑', '↓'), 'actors, ', keys('←', '→'), 'records, ', keys('Shift'), '+ arrows move, ', keys('Enter'), 'details.'),
        el('p', {class: 'coarse'}, 'Pinch to zoom, drag to move, tap an actor for details.'));
}

/** Whose lanes are shown: where most have no part in it, those who have come first. */
function lane_choice() {
    const concerned = actors_in_order.filter((actor) => involved.has(actor.pid));
    const few = concerned.length > 0 && concerned.length < actors_in_order.length;
    const show = (which) => { timeline_view.rows = which; timeline_view.row = -1; lanes_box.querySelector('.lanes').scrollTop = 0; timeline_paint(); };
    timeline_view.rows = few ? concerned : actors_in_order;
    if (!few) return null;
    const choices = [[`Involved ${concerned.length}`, concerned], [`All ${actors_in_order.length}`, actors_in_order]];
    const buttons = choices.map(([label, which], i) => button(label, () => {
        buttons.forEach((other, j) => other.setAttribute('aria-pressed', String(i === j)));
        show(which);
    }, {'aria-pressed': String(i === 0)}));
    return el('div', {class: 'choice', role: 'group', 'aria-label': 'Actors shown'}, buttons);
}

function start_timeline() {
    if (!data.actors.length) return lanes_box.append(el('p', {class: 'none'}, 'No actor was recorded.'));
    const choice_of_lanes = lane_choice();
    const timeline = new Timeline();
    timeline_paint = once_per_frame(() => timeline.paint());
    by_id('timeline-tools').append(...[choice_of_lanes,
        el('div', {class: 'choice', role: 'group', 'aria-label': 'Zoom'},
            button('−', () => zoom(1 / 0.6), {'aria-label': 'Zoom out', 'data-zoom': 'out'}),
            button('+', () => zoom(0.6), {'aria-label': 'Zoom in', 'data-zoom': 'in'}),
            button('Fit', () => set_window(0, until), {title: 'Show all of it', 'data-zoom': 'fit'}))].filter(Boolean));
    timeline.paint();
}
