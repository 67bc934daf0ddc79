// SPDX-License-Identifier: GPL-2.0-only
// A layered drawing of who waits on whom: each actor is one layer before those it waits on, so all paths lead to the
// final blocker. Pure functions of their arguments; the same graph is drawn the same way.

/**
 * The sets of two or more that wait on each other and on nobody else, each in the order in which it is met. A way out of a
 * cycle leads to who holds it up. Tarjan's algorithm.
 */
function cycles_of(ids, targets) {
    const cycles = [];
    const index = new Map();
    const low = new Map();
    const open = [];
    const visit = (id) => {
        index.set(id, index.size);
        low.set(id, index.get(id));
        open.push(id);
        for (const to of targets.get(id)) {
            if (!index.has(to)) visit(to);
            if (open.includes(to)) low.set(id, Math.min(low.get(id), low.get(to)));
        }
        if (low.get(id) !== index.get(id)) return;
        const members = open.splice(open.indexOf(id));
        const leads_out = members.some((member) => [...targets.get(member)].some((to) => !members.includes(to)));
        if (members.length > 1 && !leads_out) cycles.push(members);
    };
    for (const id of ids) if (!index.has(id)) visit(id);
    return cycles;
}

/** The edges that have to be turned for none to lead back. */
function backward_edges(ids, targets) {
    const backward = new Set();
    const state = new Map();
    const visit = (id) => {
        state.set(id, 'open');
        for (const to of targets.get(id)) {
            if (state.get(to) === 'open') backward.add(`${id} ${to}`);
            else if (!state.has(to)) visit(to);
        }
        state.set(id, 'done');
    };
    for (const id of ids) if (!state.has(id)) visit(id);
    return backward;
}

/** How far each is from the end of its longest path. */
function depths_of(ids, targets, backward) {
    const depths = new Map();
    const depth = (id) => {
        if (!depths.has(id)) {
            const next = [...targets.get(id)].filter((to) => !backward.has(`${id} ${to}`));
            depths.set(id, next.length ? 1 + Math.max(...next.map(depth)) : 0);
        }
        return depths.get(id);
    };
    ids.forEach(depth);
    return depths;
}

function mean(values) {
    return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Orders each layer by where its neighbours stand, back and forth. */
function order_layers(layers, neighbours) {
    const place = new Map();
    const note = (layer) => layer.forEach((id, i) => place.set(id, i - layer.length / 2));
    layers.forEach(note);
    for (let sweep = 0; sweep < 8; ++sweep) {
        const way = sweep % 2 ? [...layers.keys()] : [...layers.keys()].reverse();
        for (const i of way) {
            const wanted = new Map(layers[i].map((id) => {
                const near = neighbours.get(id);
                return [id, near.length ? mean(near.map((other) => place.get(other))) : place.get(id)];
            }));
            layers[i].sort((a, b) => wanted.get(a) - wanted.get(b));
            note(layers[i]);
        }
    }
}

/** Where along its layer each stands: near its neighbours, and no two closer than their room. */
function place_in_layers(layers, neighbours, room) {
    const at = new Map();
    for (const layer of layers) {
        const total = layer.reduce((sum, id) => sum + room(id), 0);
        let next = -total / 2;
        for (const id of layer) {
            at.set(id, next + room(id) / 2);
            next += room(id);
        }
    }
    for (let sweep = 0; sweep < 24; ++sweep)
        for (const layer of sweep % 2 ? layers : [...layers].reverse()) {
            const wanted = layer.map((id) => {
                const near = neighbours.get(id);
                return near.length ? mean(near.map((other) => at.get(other))) : at.get(id);
            });
            let low = -Infinity;
            const pushed = layer.map((id, i) => {
                const here = Math.max(wanted[i], low + room(id) / 2);
                low = here + room(id) / 2;
                return here;
            });
            const shift = mean(wanted) - mean(pushed); // pushing goes one way only
            layer.forEach((id, i) => at.set(id, pushed[i] + shift));
        }
    return at;
}

/**
 * nodes: [id], edges: [{from, to}], size: {along, across} of a node, gap: the same between nodes. Returns the middle of
 * each node in a space whose first axis is that of waiting, the points of each edge, and how many layers there are; `cycles`
 * and `backward` (keys "from to") tell where they wait on each other.
 */
function layout_graph(ids, edges, size, gap) {
    const targets = new Map(ids.map((id) => [id, new Set()]));
    for (const {from, to} of edges) if (from !== to) targets.get(from).add(to);
    const cycles = cycles_of(ids, targets);
    const backward = backward_edges(ids, targets);
    const depths = depths_of(ids, targets, backward);
    // A turned edge makes its target a layer deeper than its source.
    const deepest = Math.max(0, ...depths.values());
    const layers = Array.from({length: deepest + 1}, () => []);
    for (const id of ids) layers[deepest - depths.get(id)].push(id);
    const neighbours = new Map(ids.map((id) => [id, []]));
    const link = (a, b) => { neighbours.get(a).push(b); neighbours.get(b).push(a); };
    const chains = new Map();
    for (const from of ids)
        for (const to of targets.get(from)) {
            if (backward.has(`${from} ${to}`)) continue;
            const chain = [from];
            for (let layer = deepest - depths.get(from) + 1; layer < deepest - depths.get(to); ++layer) {
                const bend = `${from} ${to} ${layer}`; // keeps a long edge's way free
                layers[layer].push(bend);
                neighbours.set(bend, []);
                chain.push(bend);
            }
            chain.push(to);
            for (let i = 1; i < chain.length; ++i) link(chain[i - 1], chain[i]);
            chains.set(`${from} ${to}`, chain);
        }
    order_layers(layers, neighbours);
    const across = place_in_layers(layers, neighbours, (id) => (targets.has(id) ? size.across : 6) + gap.across);
    const along = new Map();
    layers.forEach((layer, i) => layer.forEach((id) => along.set(id, i * (size.along + gap.along))));
    const point = (id) => ({along: along.get(id), across: across.get(id)});
    return {cycles, backward, layers: layers.length, points: new Map(ids.map((id) => [id, point(id)])),
        chains: new Map([...chains].map(([key, chain]) => [key, chain.map(point)]))};
}
