// SPDX-License-Identifier: GPL-2.0-only
// The evidence of each verdict, with where it was read; and what to do next, at the top of the page.

const verdicts_at_once = 10;

function evidence_list(verdict) {
    return el('ol', {class: 'evidence'}, verdict.evidence.map(([fact, source]) => el('li', {}, el('span', {}, fact), el('span', {class: 'source'}, source))));
}

function command_line(command) {
    const code = el('code', {}, command);
    return el('div', {class: 'command'}, code, copy_button(command, code));
}

function hint_items(hints) {
    return hints.map(([words, command]) => el('li', {}, el('span', {}, words), command ? command_line(command) : null));
}

function titled(title, content) {
    return content ? el('div', {class: 'field'}, el('h4', {}, title), content) : null;
}

function lines_part(lines, classes = '') {
    return lines?.length ? el('ul', {class: classes}, lines.map((line) => el('li', {}, line))) : null;
}

function verdict_facts(verdict) {
    const length = (verdict.until ?? data.looks.at(-1).time) - verdict.since;
    const facts = [verdict.kind.replaceAll('_', ' '), verdict.confidence, verdict.state, `${verdict.until === null ? 'for' : 'lasted'} ${duration_text(length)}`];
    if (verdict.blocked_on) facts.push(`on ${verdict.blocked_on}`);
    return el('p', {class: 'verdict-facts'}, facts.map((fact) => el('span', {}, fact)),
        verdict.fingerprint ? el('span', {title: 'The same for the same bug on any machine'}, 'fingerprint ', el('code', {}, verdict.fingerprint)) : null);
}

function accusation(verdict) {
    return el('article', {class: `verdict ${verdict.part}`},
        el('h3', {}, el('span', {class: 'role'}, part_words[verdict.part]), actor_button(verdict.pid), ` ${verdict.deed}`),
        verdict_facts(verdict),
        el('div', {class: 'fields'},
            titled('Evidence', verdict.evidence.length ? evidence_list(verdict) : null),
            titled('Channel', lines_part(verdict.unread)),
            titled('Who waits', lines_part(verdict.waiting)),
            titled('Stack', lines_part(verdict.stack, 'stack'))));
}

function victim_item(verdict) {
    const path = verdict.waits_on === null ? null : [' waits on ', actor_button(verdict.waits_on),
        verdict.final_blocker !== null && verdict.final_blocker !== verdict.waits_on ? [', in the end on ', actor_button(verdict.final_blocker)] : null];
    return el('li', {class: 'victim'}, el('p', {}, actor_button(verdict.pid), path),
        el('p', {class: 'quiet-facts'}, `${verdict.confidence}, ${verdict.state}`), evidence_list(verdict));
}

/** `items` a few at a time. */
function paged(items, make, list) {
    let shown = 0;
    const more = button('', () => show(shown + 40), {class: 'more'});
    const show = (count) => {
        list.append(...items.slice(shown, count).map(make));
        shown = Math.min(count, items.length);
        more.hidden = shown === items.length;
        more.textContent = `Show ${Math.min(40, items.length - shown)} of ${items.length - shown} more`;
    };
    show(verdicts_at_once);
    return [list, more];
}

function note_item(note) {
    return el('li', {}, note.pid === null ? null : [actor_button(note.pid), ': '], note.text, ' ', el('span', {class: 'source'}, note.kind));
}

function start_verdicts() {
    const accused = data.verdicts.filter((verdict) => verdict.part !== 'victim');
    const victims = data.verdicts.filter((verdict) => verdict.part === 'victim');
    const box = by_id('verdicts');
    if (!data.verdicts.length) box.append(el('p', {class: 'none'}, 'No verdict: nothing is accused, and nobody waits for long.'));
    if (accused.length) box.append(...paged(accused, accusation, el('div', {})));
    if (victims.length)
        box.append(el('h3', {class: 'sub'}, counted(victims.length, 'actor'), ' waiting'), ...paged(victims, victim_item, el('ul', {class: 'victims'})));
    if (data.notes.length)
        box.append(el('h3', {class: 'sub'}, 'Worth a look, but no wedge'), ...paged(data.notes, note_item, el('ul', {class: 'notes'})));
}

/** What to do next about the first of the accused. */
function start_next() {
    const first = data.verdicts.find((verdict) => verdict.hints?.length);
    if (first) by_id('next').append(el('h2', {}, 'Next'), el('ol', {}, hint_items(first.hints)));
}
