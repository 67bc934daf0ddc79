// SPDX-License-Identifier: GPL-2.0-only
// A table of any length: only the rows in sight are elements. All of them are there for the filter and for sorting.

const row_height = 28;
const rows_beyond = 8; // above and below what is in sight
const tallest = 460; // pixels, as style.css has it

function cell_text(column, value) {
    return value === null || value === undefined ? '' : column[2].show(value);
}

class DataTable {
    constructor(table) {
        this.table = table;
        this.all = table.rows();
        this.rows = this.all;
        this.sort = {column: -1, down: false};
        this.body = el('tbody');
        this.element = el('table', {'aria-label': table.name, 'aria-rowcount': this.all.length + 1},
            el('colgroup', {}, table.columns.map(([, width]) => { const col = el('col'); col.style.width = `${width}px`; return col; })),
            el('thead', {}, el('tr', {'aria-rowindex': 1}, table.columns.map(([title, , kind], i) => el('th', {scope: 'col', class: kind.numeric ? 'number' : ''},
                button(title, () => this.sort_by(i), {class: 'sort'}))))),
            this.body);
        this.element.style.width = `${table.columns.reduce((sum, [, width]) => sum + width, 0)}px`;
        this.scroller = el('div', {class: 'rows', tabindex: 0, role: 'region', 'aria-label': `${table.name}, rows`}, this.element);
        this.show_rows = once_per_frame(() => this.render());
        this.scroller.addEventListener('scroll', this.show_rows);
    }

    /** Words in any order and case, each somewhere in the row. */
    filter(text) {
        const words = text.toLowerCase().split(/\s+/).filter(Boolean);
        this.texts ??= this.all.map((row) => row.map((value, i) => cell_text(this.table.columns[i], value)).join('\n').toLowerCase());
        this.kept = words.length ? this.all.filter((_, i) => words.every((word) => this.texts[i].includes(word))) : this.all;
        this.arrange();
    }

    sort_by(column) {
        this.sort = {column, down: this.sort.column === column && !this.sort.down};
        this.element.querySelectorAll('th').forEach((head, i) => {
            if (i === column) head.setAttribute('aria-sort', this.sort.down ? 'descending' : 'ascending');
            else head.removeAttribute('aria-sort');
        });
        this.arrange();
    }

    arrange() {
        const {column, down} = this.sort;
        this.rows = this.kept ?? this.all;
        if (column >= 0) {
            const sign = down ? -1 : 1;
            const order = (a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en', {numeric: true}));
            this.rows = [...this.rows].sort(({[column]: a}, {[column]: b}) => // what is not known comes last, either way
                (a === null || b === null ? (a === null) - (b === null) : sign * order(a, b)));
        }
        this.scroller.scrollTop = 0;
        this.element.setAttribute('aria-rowcount', this.rows.length + 1);
        this.render();
    }

    render() {
        const first = Math.max(0, Math.floor(this.scroller.scrollTop / row_height) - rows_beyond);
        const last = Math.min(this.rows.length, first + Math.ceil(tallest / row_height) + 2 * rows_beyond);
        const focus = this.body.contains(document.activeElement) ? document.activeElement.dataset.row : null;
        this.body.replaceChildren(this.gap(first), ...this.rows.slice(first, last).map((row, i) => this.row(row, first + i)), this.gap(this.rows.length - last));
        if (focus) (this.body.querySelector(`[data-row="${focus}"]`) ?? this.scroller).focus({preventScroll: true});
    }

    gap(rows) {
        const cell = el('td', {colspan: this.table.columns.length});
        cell.style.height = `${rows * row_height}px`;
        return el('tr', {class: 'gap', 'aria-hidden': 'true', hidden: rows === 0}, cell);
    }

    row(values, index) {
        return el('tr', {'aria-rowindex': index + 2, class: index % 2 ? 'odd' : ''}, this.table.columns.map((column, i) => {
            const text = cell_text(column, values[i]);
            const content = column[2].actor && actor_by_pid.has(values[i])
                ? button(text, () => choose(values[i]), {class: 'actor', 'data-row': `${index} ${i}`}) : text;
            return el('td', {class: column[2].numeric ? 'number' : '', title: text.length > 12 ? text : null}, content);
        }));
    }
}

function start_tables() {
    const made = new Map();
    const count = el('output', {'aria-live': 'polite', class: 'count'});
    const filter = el('input', {type: 'search', id: 'filter', placeholder: 'Filter', autocomplete: 'off', spellcheck: 'false', 'aria-label': 'Filter the rows of this table'});
    const panel = el('div', {role: 'tabpanel', id: 'table-panel'});
    let shown = null;
    const tell = () => { count.textContent = shown.rows.length === shown.all.length ? counted(shown.all.length, 'row') : `${shown.rows.length.toLocaleString('en')} of ${counted(shown.all.length, 'row')}`; };
    const apply = () => { shown.filter(filter.value); tell(); };
    const open = (i) => {
        tabs.forEach((tab, j) => {
            tab.setAttribute('aria-selected', String(i === j));
            tab.tabIndex = i === j ? 0 : -1;
        });
        panel.setAttribute('aria-labelledby', tabs[i].id);
        if (!made.has(i)) made.set(i, new DataTable(tables[i]));
        shown = made.get(i);
        panel.replaceChildren(shown.scroller);
        if (filter.value || shown.kept) shown.filter(filter.value);
        else shown.render();
        tell();
    };
    const tabs = tables.map((table, i) => button(table.name, () => open(i), {role: 'tab', id: `tab-${i}`, 'aria-controls': 'table-panel'}));
    const list = el('div', {role: 'tablist', 'aria-label': 'Tables', onkeydown: (event) => {
        const at = tabs.indexOf(document.activeElement);
        const to = {ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1}[event.key];
        if (at < 0 || to === undefined) return;
        event.preventDefault();
        const next = tabs[(to + tabs.length) % tabs.length];
        next.focus();
        next.click();
    }}, tabs);
    let pause = 0;
    filter.addEventListener('input', () => { clearTimeout(pause); pause = setTimeout(apply, 120); });
    by_id('tables').append(el('div', {class: 'table-bar'}, list, el('div', {class: 'table-filter'}, filter, count)), panel);
    open(0);
}
