// SPDX-License-Identifier: GPL-2.0-only
// Each channel: who holds its two ends, and what lay in their queues over time.

const channel_list = by_id('channel-list');
const channels_at_once = 12;

function channel_rank(channel) {
    if (channel.ends.some((end) => end.stalls.length)) return 0;
    if (data.verdicts.some((verdict) => verdict.channel === channel.number)) return 1;
    if (channel.ends.some((end) => end.unread || end.peer_closed)) return 2;
    return channel.leaves_host || channel.outside !== null ? 3 : 4;
}

function holders_part(end) {
    if (!end.holders.length) return el('span', {class: 'outside'}, 'outside the traced processes');
    const shown = end.holders.slice(0, 3).map(([pid, fd]) => [actor_button(pid), el('small', {}, `fd ${fd}`)]);
    const rest = end.holders.length - shown.length;
    return [shown, rest > 0 ? el('small', {}, `and ${rest} more`) : null];
}

function queue_words(end) {
    const words = [];
    if (end.unread === null) words.push('unread bytes not known');
    else if (end.unread > 0) words.push(`${bytes_text(end.unread)} unread`);
    else words.push('nothing unread');
    if (end.unsent) words.push(`${bytes_text(end.unsent)} that its peer has not taken`);
    if (end.peer_closed) words.push('the other side has closed');
    if (end.interest !== 'unknown') words.push(`reading ${end.interest}`);
    return words.join(', ');
}

function stall_words(end) {
    return end.stalls.map(([since, to]) => to === null ? `stalled since ${offset_text(since)}` : `stalled for ${duration_text(to - since)}`);
}

function end_part(end) {
    const stalls = stall_words(end);
    return el('div', {class: 'end'}, el('div', {class: 'holders'}, holders_part(end)),
        el('div', {class: 'queue-words'}, queue_words(end), stalls.length ? [' · ', el('strong', {class: 'stalled'}, stalls.slice(0, 2).join(', '))] : null),
        el('div', {class: 'address'}, end.address, end.state ? ` · ${end.state}` : ''));
}

/** What is known of a queue's length between the looks: a stall means that it did not shrink. */
function queue_steps(end) {
    const steps = end.queue.filter(([, unread]) => unread !== null).map(([time, unread]) => [time, unread]);
    for (const [since, , unread] of end.stalls) if (unread) steps.push([since, unread]);
    return steps.sort((a, b) => a[0] - b[0]);
}

const spark = {width: 240, height: 34};

function queue_picture(channel) {
    const series = channel.ends.map((end) => ({end, steps: queue_steps(end)})).filter(({steps}) => steps.some(([, unread]) => unread > 0));
    if (!series.length) return el('div', {class: 'spark none'}, 'empty at each look');
    const most = Math.max(...series.flatMap(({steps}) => steps.map(([, unread]) => unread)));
    const x = (time) => Math.max(0, Math.min(spark.width, time / until * spark.width));
    const y = (unread) => spark.height - 1 - unread / most * (spark.height - 6);
    const stalls = series.flatMap(({end}) => end.stalls).map(([since, to]) =>
        svg('rect', {class: 'stall', x: x(since), y: 0, width: Math.max(1, x(to ?? until) - x(since)), height: spark.height}));
    const lines = series.map(({steps}) => {
        let path = `M0 ${y(0)}`;
        for (const [time, unread] of steps) path += `H${x(time)}V${y(unread)}`;
        return svg('path', {class: 'line', d: `${path}H${x(until)}`});
    });
    return el('div', {class: 'spark'},
        svg('svg', {viewBox: `0 0 ${spark.width} ${spark.height}`, preserveAspectRatio: 'none', role: 'img',
            'aria-label': `Unread bytes over time, at most ${bytes_text(most)}`}, stalls, lines),
        el('small', {}, `at most ${bytes_text(most)}`));
}

function channel_item(channel) {
    const [first, second] = channel.ends;
    return el('li', {class: `channel${channel_rank(channel) === 0 ? ' bad' : ''}`},
        el('div', {class: 'kind'}, el('span', {class: 'tag'}, channel_name(channel)), channel.leaves_host ? el('small', {}, 'leaves this host') : null),
        end_part(first),
        second ? end_part(second) : el('div', {class: 'end'}, el('div', {class: 'holders'}, el('span', {class: 'outside'}, 'outside')),
            el('div', {class: 'address'}, channel.outside ?? '')),
        queue_picture(channel));
}

function listener_items() {
    return data.listeners.filter((listener) => listener.queued > 0).map((listener) => el('li', {class: 'channel bad'},
        el('div', {class: 'kind'}, el('span', {class: 'tag'}, 'listener')),
        el('div', {class: 'end'}, el('div', {}, listener.address),
            el('div', {class: 'queue-words'}, `${listener.queued} of at most ${listener.limit} connections wait to be accepted`))));
}

function start_channels() {
    const ordered = data.channels.map((channel) => ({channel, rank: channel_rank(channel)}))
        .sort((a, b) => a.rank - b.rank || a.channel.number - b.channel.number).map(({channel}) => channel);
    const list = el('ul', {class: 'channel-list'}, listener_items());
    let shown = 0;
    const more = button('', () => {
        const first_new = shown;
        show(shown + 50);
        list.children[first_new]?.querySelector('button')?.focus();
    }, {class: 'more'});
    const show = (count) => {
        list.append(...ordered.slice(shown, count).map(channel_item));
        shown = Math.min(count, ordered.length);
        more.hidden = shown === ordered.length;
        more.textContent = `Show ${Math.min(50, ordered.length - shown)} of ${ordered.length - shown} more`;
    };
    show(channels_at_once);
    by_id('channel-tools').append(el('span', {}, counted(ordered.length, 'channel')));
    channel_list.append(...(list.children.length ? [list, more] : [el('p', {class: 'none'}, 'No channel was recorded.')]));
}
