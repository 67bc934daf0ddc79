// SPDX-License-Identifier: GPL-2.0-only
// The wait-for graph as of one look.

const graph_box = by_id('graph');
const graph_state = {look: data.looks.length - 1, opened: new Set(), width: 0};

function shown_scene() {
    const look = data.looks[graph_state.look];
    return look ? data.scenes[look.scene] : null;
}

/** What is drawn: an actor, or many that wait alike. */
function graph_nodes(scene, most_alike) {
    const parts = new Map(scene.marks.map((mark) => [mark.pid, mark]));
    const targets = new Map();
    const awaited = new Set();
    for (const {from, to} of scene.waits) {
        if (!targets.has(from)) targets.set(from, new Set());
        targets.get(from).add(to);
        awaited.add(to);
    }
    const pids = [...new Set([...parts.keys(), ...targets.keys(), ...awaited])].sort((a, b) => a - b);
    const alike = new Map();
    for (const pid of pids) {
        const part = parts.get(pid)?.part ?? '';
        const leaf = !awaited.has(pid) && (part === 'victim' || part === '') && targets.has(pid);
        const key = leaf ? `like ${part} ${[...targets.get(pid)].sort()}` : `pid ${pid}`;
        if (!alike.has(key)) alike.set(key, {key, part, pids: []});
        alike.get(key).pids.push(pid);
    }
    return [...alike.values()].flatMap((node) =>
        node.pids.length > most_alike && !graph_state.opened.has(node.key) ? [node]
            : node.pids.map((pid) => ({key: `pid ${pid}`, part: node.part, pids: [pid]})));
}

function graph_edges(scene, nodes) {
    const node_of = new Map(nodes.flatMap((node) => node.pids.map((pid) => [pid, node.key])));
    const edges = new Map();
    for (const wait of scene.waits) {
        const [from, to] = [node_of.get(wait.from), node_of.get(wait.to)];
        const key = `${from} ${to}`;
        if (!edges.has(key)) edges.set(key, {key, from, to, waits: []});
        edges.get(key).waits.push(wait);
    }
    return [...edges.values()];
}

function edge_label(edge) {
    if (edge.waits.length > 1) return `${edge.waits.length} waits`;
    const channel = data.channels[edge.waits[0].channel];
    return channel ? channel_name(channel) : '';
}

/** A curve through the points that leaves and arrives along the axis of waiting. */
function curve(points, downward) {
    const xy = ({along, across}) => (downward ? `${across} ${along}` : `${along} ${across}`);
    let path = `M${xy(points[0])}`;
    for (let i = 1; i < points.length; ++i) {
        const middle = (points[i - 1].along + points[i].along) / 2;
        path += `C${xy({along: middle, across: points[i - 1].across})} ${xy({along: middle, across: points[i].across})} ${xy(points[i])}`;
    }
    return path;
}

/** A point of the first piece of curve(), `share` of the way. */
function on_curve(from, to, share) {
    const rest = 1 - share;
    const middle = (from.along + to.along) / 2;
    const near = rest ** 3 + 3 * rest ** 2 * share;
    return {along: rest ** 3 * from.along + 3 * rest * share * middle + share ** 3 * to.along, across: near * from.across + (1 - near) * to.across};
}

/** In pixels, and rather too many: it is set in a font of 11 that is as wide for each letter. */
const label_width = (label) => 7 * label.length;

function draw_edge(edge, layout, size, downward, bounds) {
    const half = size.along / 2;
    const [from, to] = [layout.points.get(edge.from), layout.points.get(edge.to)];
    const strong = edge.waits.some((wait) => wait.strength === 'definite');
    const in_cycle = layout.cycles.some((cycle) => cycle.includes(edge.from) && cycle.includes(edge.to));
    const classes = `edge ${strong ? 'definite' : 'weak'}${in_cycle ? ' cycle' : ''}`;
    const marker = `url(#arrow${in_cycle ? '-cycle' : ''})`;
    const label = edge_label(edge);
    let path;
    let label_at;
    if (layout.backward.has(edge.key)) { // around the side of all that lies between
        const side = Math.max(from.across, to.across) + size.across / 2;
        const far = side + 44;
        const xy = (along, across) => (downward ? `${across} ${along}` : `${along} ${across}`);
        path = `M${xy(from.along, from.across + size.across / 2)}C${xy(from.along, far)} ${xy(to.along, far)} ` +
            xy(to.along, to.across + size.across / 2 + 7);
        label_at = {along: (from.along + to.along) / 2, across: side + 34};
        bounds.across = Math.max(bounds.across, far, downward && label ? label_at.across + 8 + label_width(label) : 0);
    } else {
        const chain = layout.chains.get(edge.key);
        const points = chain.map((point) => ({...point}));
        points[0].along += half;
        points.at(-1).along -= half + 7; // room for the arrow
        path = curve(points, downward);
        const straight = points[0].across === points[1].across;
        label_at = on_curve(points[0], points[1], straight ? 0.5 : 0.35); // where many meet, their ends are crowded
    }
    const words = edge.waits.slice(0, 3).map((wait) => `${who(wait.from)} ${wait.why}`).join('\n');
    const [x, y] = downward ? [label_at.across, label_at.along] : [label_at.along, label_at.across];
    return svg('g', {class: classes}, svg('title', {}, words), svg('path', {d: path, class: 'hit'}),
        svg('path', {d: path, class: 'line', 'marker-end': marker}),
        label ? svg('text', downward ? {x: x + 8, y: y + 6} : {x, y: y - 6, 'text-anchor': 'middle'}, label) : null);
}

const graph_fonts = {name: '600 13px system-ui, sans-serif', line: '12px system-ui, sans-serif'};

function node_texts(node) {
    if (node.pids.length > 1)
        return {name: `${node.pids.length} actors`, line: `${who(node.pids[0])} and others`, label: `${node.pids.length} actors that wait alike`};
    const actor = actor_by_pid.get(node.pids[0]);
    const name = actor?.name ?? `pid ${node.pids[0]}`;
    const sits = actor?.sits ?? '';
    return {name, line: `${node.pids[0]}${sits ? ` · ${sits}` : ''}`, label: `${who(node.pids[0])}${sits ? `, ${sits}` : ''}`};
}

function draw_node(node, point, width, height, downward, cycle) {
    const [x, y] = downward ? [point.across - width / 2, point.along - height / 2] : [point.along - width / 2, point.across - height / 2];
    const texts = node_texts(node);
    const tag = node.part === 'victim' ? '' : part_words[node.part] ?? '';
    const tag_width = tag ? tag.length * 6.2 + 14 : 0;
    const many = node.pids.length > 1;
    const act = () => {
        if (!many) return choose(node.pids[0], graph_box.querySelector(`[data-pid="${node.pids[0]}"]`));
        graph_state.opened.add(node.key);
        draw_graph();
        graph_box.querySelector(`[data-pid="${node.pids[0]}"]`)?.focus();
    };
    const classes = ['node', node.part, many ? 'many' : '', cycle ? 'cycle' : '', !many && node.pids[0] === choice.pid ? 'chosen' : ''];
    return svg('g', {class: classes.filter(Boolean).join(' '), transform: `translate(${x} ${y})`, tabindex: 0, role: 'button',
        'data-pid': node.pids[0], onclick: act, onkeydown: (event) => {
            if (event.key !== 'Enter' && event.key !== ' ') return;
            event.preventDefault();
            act();
        }},
    svg('title', {}, `${node.part ? `${part_words[node.part]}: ` : ''}${texts.label}${many ? ': show each' : ''}`),
    many ? svg('rect', {class: 'behind', x: 4, y: 4, width, height, rx: 6}) : null,
    svg('rect', {class: 'box', width, height, rx: 6}),
    svg('text', {class: 'name', x: 12, y: 20}, fit_text(texts.name, width - 24 - tag_width, graph_fonts.name)),
    svg('text', {class: 'line', x: 12, y: 38}, fit_text(texts.line, width - 24, graph_fonts.line)),
    tag ? svg('text', {class: 'tag', x: width - 12, y: 19, 'text-anchor': 'end'}, tag) : null);
}

function arrow(id) {
    return svg('marker', {id, viewBox: '0 0 8 8', refX: 1, refY: 4, markerWidth: 8, markerHeight: 8, orient: 'auto-start-reverse',
        markerUnits: 'userSpaceOnUse', class: id}, svg('path', {d: 'M0 0.5 8 4 0 7.5z'}));
}

/** Few layers get wide nodes, which have room for what the actor sits in. */
function fitted_layout(ids, edges, downward) {
    const height = 48;
    if (downward) {
        const size = {along: height, across: 158};
        return {layout: layout_graph(ids, edges, size, {along: 44, across: 12}), width: size.across, height, size};
    }
    const {layers} = layout_graph(ids, edges, {along: 0, across: 0}, {along: 0, across: 0});
    const gap = {along: 92, across: 16};
    const room = () => (graph_state.width - 48 - (layers - 1) * gap.along) / layers;
    if (room() < 180) gap.along = 54;
    const size = {along: Math.round(Math.max(148, Math.min(268, room()))), across: height};
    if (layers > 1) gap.along += Math.max(0, Math.min(90, (room() - size.along) / 2));
    return {layout: layout_graph(ids, edges, size, gap), width: size.along, height, size};
}

function draw_picture(scene) {
    const downward = graph_state.width < 640;
    const nodes = graph_nodes(scene, downward ? 2 : 6);
    const edges = graph_edges(scene, nodes);
    const {layout, width, height, size} = fitted_layout(nodes.map((node) => node.key), edges, downward);
    const across = [...layout.points.values()].map((point) => point.across);
    const along = [...layout.points.values()].map((point) => point.along);
    const bounds = {across: Math.max(...across) + size.across / 2};
    const drawn_edges = edges.filter((edge) => edge.from !== edge.to).map((edge) => draw_edge(edge, layout, size, downward, bounds));
    const place = (node) => layout.points.get(node.key);
    nodes.sort((a, b) => place(a).along - place(b).along || place(a).across - place(b).across); // as one tabs through them
    const drawn_nodes = nodes.map((node) => draw_node(node, place(node), width, height, downward,
        layout.cycles.some((cycle) => cycle.includes(node.key))));
    const margin = 8;
    const low = {along: Math.min(...along) - size.along / 2 - margin, across: Math.min(...across) - size.across / 2 - margin};
    const long = Math.max(...along) + size.along / 2 + margin - low.along;
    const wide = bounds.across + margin - low.across;
    const [x, y, w, h] = downward ? [low.across, low.along, wide, long] : [low.along, low.across, long, wide];
    const picture = svg('svg', {viewBox: `${x} ${y} ${w} ${h}`, width: w, height: h, role: 'group',
        'aria-label': 'Wait-for graph: each actor points to those it waits on'},
    svg('defs', {}, arrow('arrow'), arrow('arrow-cycle')), drawn_edges, drawn_nodes);
    return {picture, cycles: layout.cycles, drawn: nodes.reduce((sum, node) => sum + node.pids.length, 0)};
}

function cycle_words(cycles) {
    const name = (key) => (key.startsWith('pid ') ? who(Number(key.slice(4))) : 'others');
    return cycles.map((cycle) => el('p', {class: 'cycle-words'}, el('strong', {}, 'A cycle: '),
        `${cycle.map(name).join(', ')} wait on each other`));
}

function idle_words(drawn) {
    const rest = data.actors.filter((actor) => !actor.lives.length || actor.lives.at(-1)[1] === null).length - drawn;
    return rest > 0 ? el('p', {class: 'idle'}, `+ ${counted(rest, 'other')} that nobody waits on and that wait on nobody`) : null;
}

function legend() {
    const sample = (classes, words) => el('li', {}, svg('svg', {width: 30, height: 10, 'aria-hidden': 'true', class: `edge ${classes}`},
        svg('path', {class: 'line', d: 'M1 5H29'})), words);
    return el('ul', {class: 'legend'}, sample('definite', 'waits, and only that one can end it'), sample('weak', 'attends a channel that others may serve, too'));
}

function draw_graph() {
    const scene = shown_scene();
    if (!scene) return graph_box.replaceChildren(el('p', {class: 'none'}, 'No look was recorded: nothing was suspected.'));
    if (!scene.waits.length && !scene.marks.length)
        return graph_box.replaceChildren(el('p', {class: 'none'}, `Nobody waits on anybody. ${counted(data.actors.length, 'actor')} seen.`));
    graph_state.width = graph_box.clientWidth;
    const {picture, cycles, drawn} = draw_picture(scene);
    const frame = el('div', {class: 'picture', tabindex: 0, role: 'region', 'aria-label': 'Wait-for graph'}, picture);
    graph_box.replaceChildren(frame, ...cycle_words(cycles), el('div', {class: 'under'}, legend(), idle_words(drawn)));
    frame.scrollLeft = frame.scrollWidth; // the final blocker is what people came for
}

/** Steps through the looks. */
function look_tools() {
    if (data.looks.length < 2) return;
    const label = el('output', {class: 'look', 'aria-live': 'polite'});
    const slider = el('input', {type: 'range', min: 0, max: data.looks.length - 1, 'aria-label': 'Look'});
    const step = (by) => show(Math.max(0, Math.min(data.looks.length - 1, graph_state.look + by)));
    const back = button('‹', () => step(-1), {'aria-label': 'Earlier look'});
    const forth = button('›', () => step(1), {'aria-label': 'Later look'});
    const show = (number) => {
        graph_state.look = number;
        const look = data.looks[number];
        slider.value = number;
        slider.setAttribute('aria-valuetext', `look ${number + 1} of ${data.looks.length}`);
        label.textContent = `look ${number + 1} of ${data.looks.length}, at ${offset_text(look.time)}`;
        label.title = look.summary;
        back.disabled = number === 0;
        forth.disabled = number === data.looks.length - 1;
        draw_graph();
        timeline_paint();
    };
    slider.addEventListener('input', () => show(Number(slider.value)));
    by_id('look-tools').append(label, back, slider, forth);
    show(graph_state.look);
}

function start_graph() {
    draw_graph();
    look_tools();
    choice.watchers.push(() => {
        for (const node of graph_box.querySelectorAll('.node'))
            node.classList.toggle('chosen', !node.classList.contains('many') && Number(node.dataset.pid) === choice.pid);
    });
    let width = innerWidth;
    addEventListener('resize', () => {
        if (innerWidth === width) return; // a phone's bars come and go
        width = innerWidth;
        draw_graph();
    });
}
