// SPDX-License-Identifier: GPL-2.0-only
// Elements. Whatever a recording holds is hostile: it enters the page as text nodes and attributes, and never as HTML.

const by_id = (id) => document.getElementById(id);

function add_attributes(element, attributes) {
    for (const [name, value] of Object.entries(attributes)) {
        if (value === null || value === undefined || value === false) continue;
        if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
        else element.setAttribute(name, value === true ? '' : value);
    }
}

function add_children(element, children) {
    for (const child of children.flat(Infinity)) {
        if (child === null || child === undefined || child === false) continue;
        element.append(child instanceof Node ? child : document.createTextNode(String(child)));
    }
    return element;
}

/** el('p', {class: 'x', onclick: f}, 'text', another): strings become text. */
function el(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    add_attributes(element, attributes);
    return add_children(element, children);
}

function svg(tag, attributes = {}, ...children) {
    const element = document.createElementNS('http://www.w3.org/2000/svg', tag); // a name; nothing is loaded
    add_attributes(element, attributes);
    return add_children(element, children);
}

function button(label, action, attributes = {}) {
    return el('button', {type: 'button', onclick: action, ...attributes}, label);
}

/** A copy of `text` for the clipboard; where that is refused it is selected instead. */
function copy_button(text, source) {
    const made = button('Copy', async () => {
        try {
            await navigator.clipboard.writeText(text);
            made.textContent = 'Copied';
            setTimeout(() => { made.textContent = 'Copy'; }, 1500);
        } catch {
            getSelection().selectAllChildren(source);
        }
    }, {class: 'quiet', 'aria-label': 'Copy the command'});
    return made;
}

const text_measure = document.createElement('canvas').getContext('2d');

/** `text` with "…" where it is wider than `width` pixels in `font`. */
function fit_text(text, width, font) {
    text_measure.font = font;
    if (text_measure.measureText(text).width <= width) return text;
    let low = 0;
    let high = text.length;
    while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (text_measure.measureText(text.slice(0, middle) + '…').width <= width) low = middle;
        else high = middle - 1;
    }
    return text.slice(0, low) + '…';
}

/** Runs `action` at most once per frame, however often it is asked for. */
function once_per_frame(action) {
    let waiting = false;
    return () => {
        if (waiting) return;
        waiting = true;
        requestAnimationFrame(() => { waiting = false; action(); });
    };
}
