// SPDX-License-Identifier: GPL-2.0-only
// Paints the timeline: a lane for each actor, only those in sight, each pixel's records together. So a frame costs by
// what is shown, not by what was recorded.

const lane = {height: 28, ruler: 26};

function colours() {
    const style = getComputedStyle(document.documentElement);
    const names = ['ink', 'soft', 'faint', 'line', 'panel', 'sunk', 'culprit', 'culprit-wash', 'victim', 'receive', 'send', 'life', 'focus', 'choice'];
    return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

function lower_bound(values, value) {
    let low = 0;
    let high = values.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (values[middle] < value) low = middle + 1;
        else high = middle;
    }
    return low;
}

/** The least step of 1, 2 or 5 times a power of ten that leaves `room` pixels between marks. */
function tick_step(per_pixel, room) {
    const least = per_pixel * room;
    const power = 10 ** Math.floor(Math.log10(least));
    return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least);
}

/** A canvas's context, scaled so that one unit is one CSS pixel. */
function prepared(canvas, width, height) {
    const scale = devicePixelRatio || 1;
    const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
    if (canvas.width !== w || canvas.height !== h) {
        canvas.width = w;
        canvas.height = h;
        canvas.style.width = `${width}px`;
        canvas.style.height = `${height}px`;
    }
    const context = canvas.getContext('2d');
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
}

/** view: {from, to, width, height, gutter, top, rows, row, record}; times in nanoseconds, the rest in pixels. */
class TimelinePainter {
    constructor(canvas) {
        this.canvas = canvas;
        this.colours = colours();
        this.names = new Map();
    }

    x_of(time) {
        const {from, to, width, gutter} = this.view;
        return gutter + (time - from) / (to - from) * (width - gutter);
    }

    paint(view) {
        this.view = view;
        this.context = prepared(this.canvas, view.width, view.height);
        const first = Math.max(0, Math.floor(view.top / lane.height));
        const last = Math.min(view.rows.length, Math.ceil((view.top + view.height - lane.ruler) / lane.height));
        this.paint_grid();
        for (let row = first; row < last; ++row) this.paint_lane(row, lane.ruler + row * lane.height - view.top);
        this.paint_looks();
        this.paint_ruler();
    }

    clip(x, y, width, height, paint) {
        this.context.save();
        this.context.beginPath();
        this.context.rect(x, y, width, height);
        this.context.clip();
        paint();
        this.context.restore();
    }

    ticks() {
        const {from, to, width, gutter} = this.view;
        const step = tick_step((to - from) / (width - gutter), 92);
        const times = [];
        for (let i = Math.ceil(from / step); i * step <= to; ++i) times.push(i * step);
        return {step, times};
    }

    paint_grid() {
        const {context, view} = this;
        context.fillStyle = this.colours.line;
        for (const time of this.ticks().times) {
            const x = Math.round(this.x_of(time));
            if (x > view.gutter) context.fillRect(x, lane.ruler, 1, view.height);
        }
    }

    paint_ruler() {
        const {context, view} = this;
        context.fillStyle = this.colours.panel;
        context.fillRect(0, 0, view.width, lane.ruler);
        context.fillStyle = this.colours.line;
        context.fillRect(0, lane.ruler - 1, view.width, 1);
        context.fillRect(view.gutter, 0, 1, view.height);
        context.font = '11px system-ui, sans-serif';
        context.textBaseline = 'middle';
        context.fillStyle = this.colours.soft;
        const {step, times} = this.ticks();
        this.clip(view.gutter + 1, 0, view.width - view.gutter, lane.ruler, () => {
            for (const time of times) context.fillText(offset_text(time, step), this.x_of(time) + 4, lane.ruler / 2);
        });
    }

    /** A hairline through all lanes, thicker for the look whose graph is shown. */
    paint_looks() {
        const {context, view} = this;
        let before = -Infinity;
        data.looks.forEach((look, i) => {
            const x = Math.round(this.x_of(look.time));
            const shown = i === graph_state.look;
            if (x <= view.gutter || x > view.width || (x - before < 3 && !shown)) return;
            before = x;
            context.fillStyle = shown ? this.colours.soft : this.colours.faint;
            for (let y = lane.ruler; y < view.height; y += 6) context.fillRect(x, y, shown ? 2 : 1, 3);
        });
    }

    paint_lane(row, y) {
        const {context, view} = this;
        const actor = view.rows[row];
        const width = view.width;
        if (actor.pid === choice.pid) {
            context.fillStyle = this.colours.choice;
            context.fillRect(0, y, width, lane.height);
        }
        this.clip(view.gutter + 1, Math.max(y, lane.ruler), width - view.gutter - 1, lane.height, () => {
            this.paint_stalls(actor, y);
            this.paint_lives(actor, y);
            this.paint_records(actor, y);
            this.paint_verdicts(actor, y);
        });
        context.fillStyle = this.colours.line;
        context.fillRect(0, y + lane.height - 1, width, 1);
        this.paint_name(actor, y);
        if (row === view.row) this.paint_cursor(actor, y);
    }

    paint_name(actor, y) {
        const {context, view} = this;
        const font = `${part_order[actor.part] < 2 ? '600 ' : ''}12px system-ui, sans-serif`;
        const key = `${actor.pid} ${view.gutter}`;
        const pid = String(actor.pid);
        if (!this.names.has(key)) {
            text_measure.font = '11px system-ui, sans-serif';
            const pid_width = text_measure.measureText(pid).width;
            this.names.set(key, {pid_width, name: fit_text(actor.name, view.gutter - 32 - pid_width, font)});
        }
        const {pid_width, name} = this.names.get(key);
        const mark = {culprit: 'culprit', suspect: 'culprit', victim: 'victim', past: 'faint'}[actor.part];
        if (mark) {
            context.fillStyle = this.colours[mark];
            context.fillRect(0, y, 3, lane.height - 1);
        }
        context.textBaseline = 'middle';
        context.font = font;
        context.fillStyle = actor.part === 'culprit' || actor.part === 'suspect' ? this.colours.culprit : this.colours.ink;
        context.fillText(name, 12, y + lane.height / 2);
        context.font = '11px system-ui, sans-serif';
        context.fillStyle = this.colours.faint;
        context.fillText(pid, view.gutter - 10 - pid_width, y + lane.height / 2);
    }

    span(from, to) {
        const left = Math.max(this.view.gutter, this.x_of(from ?? -Infinity));
        const right = Math.min(this.view.width, this.x_of(to ?? until));
        return right > left ? [left, Math.max(1, right - left)] : null;
    }

    paint_stalls(actor, y) {
        this.context.fillStyle = this.colours['culprit-wash'];
        for (const {since, to} of stalls_of(actor)) {
            const span = this.span(since, to);
            if (span) this.context.fillRect(span[0], y, span[1], lane.height - 1);
        }
    }

    paint_lives(actor, y) {
        const {context} = this;
        context.fillStyle = this.colours.life;
        for (const [from, to] of actor.lives) {
            const span = this.span(from, to);
            if (!span) continue;
            context.fillRect(span[0], y + lane.height / 2 - 1, span[1], 2);
            if (from !== null) context.fillRect(this.x_of(from) - 1, y + 7, 2, lane.height - 14);
            if (to !== null) context.fillRect(this.x_of(to) - 1, y + 7, 2, lane.height - 14);
        }
    }

    /** Received above the line, sent below, the taller the more in one pixel; a loop's turns on it. */
    paint_records(actor, y) {
        const history = flight_of(actor.pid);
        if (!history) return;
        const {context, view} = this;
        const first = lower_bound(history.times, view.from);
        const last = lower_bound(history.times, view.to);
        const columns = {r: new Map(), s: new Map(), u: new Map(), t: new Map()};
        for (let i = first; i < last; ++i) {
            const x = Math.round(this.x_of(history.times[i]));
            const column = columns[history.kinds[i]];
            column?.set(x, (column.get(x) ?? 0) + 1);
        }
        const middle = y + lane.height / 2;
        const height = (count) => Math.min(11, 6 + Math.log2(count) * 1.5);
        context.fillStyle = this.colours.receive;
        for (const [x, count] of columns.r) context.fillRect(x, middle - 1 - height(count), 1.5, height(count));
        context.fillStyle = this.colours.send;
        for (const [x, count] of columns.s) context.fillRect(x, middle + 1, 1.5, height(count));
        context.fillStyle = this.colours.soft;
        for (const x of columns.u.keys()) context.fillRect(x - 1, middle - 1.5, 3, 3);
        for (const x of columns.t.keys()) context.fillRect(x - 1, middle - 5, 3, 10);
    }

    paint_verdicts(actor, y) {
        for (const verdict of actor.verdicts) {
            const span = this.span(verdict.since, verdict.until ?? data.looks.at(-1)?.time);
            if (!span) continue;
            this.context.fillStyle = verdict.part === 'victim' ? this.colours.victim
                : verdict.part === 'past' ? this.colours.faint : this.colours.culprit;
            this.context.fillRect(span[0], y + lane.height - 4, span[1], 3);
        }
    }

    paint_cursor(actor, y) {
        const {context, view} = this;
        context.strokeStyle = this.colours.focus;
        context.lineWidth = 2;
        context.strokeRect(1, y, view.width - 2, lane.height - 1);
        const time = flight_of(actor.pid)?.times[view.record];
        if (time === undefined) return;
        const x = this.x_of(time);
        context.beginPath();
        context.arc(x, y + lane.height / 2, 5, 0, 2 * Math.PI);
        context.stroke();
    }
}

/** The whole recording, small: how many ends were unread and stalled, and which part the lanes show. */
function paint_overview(canvas, view, tints) {
    const height = 40;
    const context = prepared(canvas, view.width, height);
    const x_of = (time) => view.gutter + time / until * (view.width - view.gutter);
    const most = Math.max(1, ...data.samples.map((sample) => sample[3]));
    const area = (column, colour) => {
        context.fillStyle = colour;
        data.samples.forEach((sample, i) => {
            if (!sample[column]) return;
            const tall = Math.max(2, sample[column] / most * (height - 8));
            const x = Math.round(x_of(sample[0]));
            const next = Math.round(x_of(data.samples[i + 1]?.[0] ?? until));
            context.fillRect(x, height - tall, Math.max(1, next - x), tall);
        });
    };
    context.fillStyle = tints.sunk;
    context.fillRect(view.gutter, 0, view.width - view.gutter, height);
    area(3, tints.life);
    context.globalAlpha = 0.4;
    area(4, tints.culprit);
    context.globalAlpha = 1;
    context.fillStyle = tints.soft;
    for (const look of data.looks) context.fillRect(x_of(look.time), 0, 1, 5);
    context.font = '11px system-ui, sans-serif';
    context.textBaseline = 'middle';
    context.fillStyle = tints.faint;
    context.fillText(view.gutter > 150 ? 'ends unread, stalled' : 'stalled ends', 12, height / 2);
    context.strokeStyle = tints.focus;
    context.lineWidth = 2;
    const left = x_of(view.from);
    context.strokeRect(left + 1, 1, Math.max(3, x_of(view.to) - left - 2), height - 2);
}
