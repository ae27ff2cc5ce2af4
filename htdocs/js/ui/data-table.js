/*
 * The drawing of a table: headers that sort, filters beneath them, rows, and the foot with page
 * size and steps. What happens when one is used is ui/list-screen's matter.
 */
import { beginOf, dayOf } from '../lib/time.js';
import { html, live, nothing, repeat } from '../core/html.js';
import { icons } from './icons.js';
import { SIZES, sortOf, toAddress, withSort } from '../lib/table-state.js';
import { t } from '../core/i18n.js';

/**
 * @template T
 * @typedef {object} Column
 * @property {string} name the field's name in the API
 * @property {string} label
 * @property {(record: T) => unknown} cell
 * @property {boolean} [sorts]
 * @property {FilterKind} [filter]
 * @property {string} [filterName] where the filter's name is not the field's
 * @property {() => unknown} [head] what stands in the header in place of the label
 * @property {Filter[]} [filters] where one that is called as the column is not enough
 * @property {boolean} [fixed] the reader cannot hide it; each table has one at least
 * @property {boolean} [hidden] the reader has to choose it first
 * @property {(record: T) => string} [tip] the whole of a cell that may show a part of it; of one
 *     that is a text it is that text
 * @property {boolean} [wide] as wide as a text, before the rows come too
 * @property {boolean} [whole] never cut short: what a person is told apart by
 * @property {'title' | 'beneath' | 'mark' | 'again'} [card] its place on the card that a row is in
 *     a narrow window: 'again' leads where the title does, and is left out there
 */

/**
 * The value and the word of a choice; and what the API calls the filter, where that is not the name
 * of the filter that offers it.
 * @typedef {[value: string, word: string, name?: string]} Choice
 */

/**
 * since and until are days, which the API takes as instants; an array is a list to choose from.
 * @typedef {'text' | 'number' | 'since' | 'until' | Choice[] | PickKind} FilterKind
 */

/**
 * One of very many, picked by name.
 * @typedef {object} PickKind
 * @property {import('./record-picker.js').Picker} picker
 * @property {(...all: Parameters<typeof import('./record-picker.js').pickerFilter>) => unknown}
 *     control draws it
 * @property {Choice[]} [besides] those of its choices that the API knows by another filter
 * @property {(filters: Record<string, string>) => import('./records-found.js').Kind} [kindOf]
 *     what the value is the number of; a user where this is not given
 * @property {(found: import('./records-found.js').Found) => Record<string, string>} [more]
 *     filters that are set with it
 */

/**
 * of: what a label that several filters have is about, for those who only hear it.
 * @typedef {{name: string, kind: FilterKind, label: string, hint?: string, of?: string}} Filter
 */

/**
 * What is on the screen.
 * @template T
 * @typedef {object} View
 * @property {import('../lib/table-state.js').TableState} state
 * @property {T[] | null} items null before the first answer
 * @property {number} count how many there are, of which some may not be drawn
 * @property {import('../records.js').List<T>['page'] | null} page
 * @property {boolean} busy
 * @property {Record<string, string>} typed what stands in the filters last used, with the spaces
 *     around it that are no part of the filter
 * @property {boolean} unfolded where filters take room from the rows: they do
 */

/**
 * @typedef {object} Moves what the reader can do
 * @property {(values: Record<string, string>) => void} filter names to values, "" for any
 * @property {(size: number) => void} resize
 * @property {() => void} redraw
 */

const SKELETON_ROWS = Array.from({ length: 10 });

/**
 * By what a row is known, and the box that takes it, stay in sight while the others are scrolled.
 * @param {Column<any>} column
 */
function stays({ name, card }) {
	return card === 'title' || name === 'select' ? 'stays' : '';
}

/**
 * @param {string} screen
 * @param {View<any>} view
 * @param {Column<any>} column
 */
function header(screen, view, column) {
	const { name, label, sorts, head } = column;
	const word = html`<span class="heading">${label}</span>`;
	const kinds = `head-${name} ${stays(column)}`;

	if (!sorts) {
		return html`<th scope="col" class=${kinds}>${head ? head() : word}</th>`;
	}
	const order = sortOf(view.state, name);
	const arrow = order === 'descending' ? icons.descending : icons.ascending;

	return html`<th scope="col" class=${kinds} aria-sort=${order}>
		<a class="sort" href=${toAddress(screen, withSort(view.state, name))}>${word} ${arrow}</a>
	</th>`;
}

/**
 * @param {Column<any>} column
 * @returns {Filter[]}
 */
export function filtersOf({ name, label, filter, filterName, filters = [] }) {
	return filter ? [{ name: filterName ?? name, kind: filter, label }] : filters;
}

/**
 * What the API calls a filter: as many names as its choices have.
 * @param {Filter} filter
 */
export function namesOf({ name, kind }) {
	const choices = Array.isArray(kind) ? kind : besidesOf(kind);
	const own = Array.isArray(kind) && kind.length > 0 ? [] : [name];

	return [...new Set([...own, ...choices.map(([,, other = name]) => other)])];
}

/**
 * The choices of a filter that is no list of them, which the API knows by another name.
 * @param {FilterKind} kind
 * @returns {Choice[]}
 */
export function besidesOf(kind) {
	return typeof kind === 'object' && 'picker' in kind ? kind.besides ?? [] : [];
}

/**
 * The columns that filter or order the rows.
 * @param {Column<any>[]} columns
 * @param {import('../lib/table-state.js').TableState} state
 */
export function usedColumns(columns, state) {
	return columns.filter((column) => sortOf(state, column.name) !== 'none'
		|| filtersOf(column).flatMap(namesOf).some((name) => name in state.filters))
		.map(({ name }) => name);
}

/**
 * A day of the reader's calendar; the API is asked for the instants where it begins or has ended.
 * @param {Filter} filter
 * @param {string} value
 * @param {Moves} moves
 */
function dayControl({ name, kind, label, of }, value, moves) {
	const later = kind === 'until' ? 1 : 0;
	const shown = kind === 'until' ? Date.parse(value) - 1 : value;
	const use = (/** @type {Event} */ event) => moves.filter({
		[name]: beginOf(/** @type {HTMLInputElement} */ (event.target).value, later),
	});

	return html`<label class="day">${label} <input class="input small" type="date"
		aria-label=${of ? `${of}: ${label}` : nothing}
		.value=${live(dayOf(shown))} @change=${use}></label>`;
}

/**
 * One choice at a time: another one puts the first away, whatever the API calls the two.
 * @param {View<any>} view
 * @param {{name: string, title: string, choices: Choice[]}} filter
 * @param {Moves} moves
 */
function choiceControl({ state }, { name, title, choices }, moves) {
	const none = Object.fromEntries(namesOf({ name, kind: choices, label: title })
		.map((own) => [own, '']));
	const chosen = choices.findIndex(([value,, own = name]) => state.filters[own] === value);
	const use = (/** @type {Event} */ event) => {
		const index = /** @type {HTMLSelectElement} */ (event.target).selectedIndex - 1;
		const [value, , own = name] = choices[index] ?? ['', ''];

		moves.filter({ ...none, [own]: value });
	};

	return html`<select class="input small" aria-label=${title} @change=${use}
		title=${choices[chosen]?.[1] ?? nothing}>
		<option .selected=${live(chosen === -1)}>${t('table.any')}</option>
		${choices.map(([, word], index) => html`<option .selected=${live(index === chosen)}>
			${word}</option>`)}
	</select>`;
}

/**
 * @param {View<any>} view
 * @param {{name: string, kind: PickKind}} filter
 * @param {Moves} moves
 */
function pickControl({ state: { filters } }, { name, kind }, moves) {
	const { control, picker, besides = [], kindOf, more } = kind;
	const none = Object.fromEntries(besides.map(([,, own = name]) => [own, '']));
	const beside = besides.find(([value,, own = name]) => filters[own] === value);
	const choose = (/** @type {string} */ value,
		/** @type {import('./records-found.js').Found | undefined} */ found) => {
		const other = besides.find(([, word]) => word === value);

		moves.filter(other ? { [name]: '', ...none, [other[2] ?? name]: other[0] }
			: { ...none, [name]: value, ...found && more ? more(found) : {} });
	};

	return control(picker, kindOf?.(filters) ?? 'user', beside?.[1] ?? filters[name] ?? '',
		{ choose, redraw: moves.redraw });
}

/**
 * @param {View<any>} view
 * @param {Filter} filter
 * @param {Moves} moves
 */
function filterControl(view, filter, moves) {
	const { name, kind, label, hint = '' } = filter;
	const value = view.state.filters[name] ?? '';
	const typed = view.typed[name] ?? '';
	const use = (/** @type {Event} */ event) =>
		moves.filter({ [name]: /** @type {HTMLInputElement} */ (event.target).value });
	const title = t('table.filter', { column: label });

	if (kind === 'since' || kind === 'until') {
		return dayControl(filter, value, moves);
	}
	if (Array.isArray(kind)) {
		return choiceControl(view, { name, title, choices: kind }, moves);
	}
	if (typeof kind === 'object') {
		return pickControl(view, { name, kind }, moves);
	}
	return html`<input class="input small" type="search" aria-label=${title} autocomplete="off"
		inputmode=${kind === 'number' ? 'numeric' : 'text'} maxlength="100" spellcheck="false"
		placeholder=${hint} dir="auto" @input=${use}
		.value=${live(typed.trim() === value ? typed : value)}>`;
}

/**
 * @param {View<any>} view
 * @param {Column<any>} column
 * @param {Moves} moves
 */
function filterCell(view, column, moves) {
	const filters = filtersOf(column);

	return html`<td class="${filters.length > 0 ? '' : 'no-filter'} ${stays(column)}"
		data-label=${column.label}>
		${filters.map((filter) => filterControl(view, filter, moves))}</td>`;
}

/** What a cell says where there is nothing to say, whatever the column calls that. */
const EMPTY = ['', '–', nothing, null, undefined];

/**
 * What a record holds may be of a script that runs the other way than the page.
 * @param {unknown} content
 */
function isolated(content) {
	return typeof content === 'string' ? html`<bdi>${content}</bdi>` : content;
}

/**
 * @param {Column<any>} column
 * @param {any} record
 */
function cell(column, record) {
	const { name, label, cell: contentOf, tip, whole, card } = column;
	const content = contentOf(record);
	const kinds = [`cell-${name}`, whole ? 'whole' : '', card ? `card-${card}` : '',
		stays(column)].join(' ');
	const full = tip?.(record) || (typeof content === 'string' && !whole ? content : '');

	if (EMPTY.includes(/** @type {any} */ (content))) {
		return html`<td class="${kinds} none" data-label=${label}>–</td>`;
	}
	return html`<td class=${kinds} data-label=${label} title=${full || nothing}>
		${isolated(content)}</td>`;
}

/**
 * @param {Column<any>[]} columns
 * @param {any} record
 */
function row(columns, record) {
	return html`<tr data-id=${record.id}>${columns.map((column) => cell(column, record))}</tr>`;
}

/**
 * About as wide as rows are, and as high.
 * @param {Column<any>[]} columns
 */
function skeletonRow(columns) {
	/** @param {Column<any>} column */
	const isWide = ({ filter, wide }) => wide || filter === 'text';

	return html`<tr class="skeleton" aria-hidden="true">${columns.map((column) => html`<td>
		<span class="bone ${isWide(column) ? 'wide' : ''}"></span></td>`)}</tr>`;
}

/**
 * @template T
 * @param {{screen: string, title: string, columns: Column<T>[]}} spec
 * @param {View<T>} view
 * @param {Moves} moves
 */
export function dataTable({ screen, title, columns }, view, moves) {
	return html`<table class="table ${view.unfolded ? '' : 'folded'}" id="table"
		aria-busy=${view.busy}>
		<caption class="sr">${title}</caption>
		<thead>
			<tr class="headers">${columns.map((column) => header(screen, view, column))}</tr>
			<tr class="filters">${columns.map((column) => filterCell(view, column, moves))}</tr>
		</thead>
		<tbody>${view.items
			? repeat(view.items, (/** @type {any} */ record) => record.id,
				(record) => row(columns, record))
			: SKELETON_ROWS.map(() => skeletonRow(columns))}</tbody>
	</table>`;
}

/**
 * A step that cannot be taken stays in its place without an address; it keeps the focus if it had
 * it.
 * @param {string} label
 * @param {string | null} address
 */
function step(label, address) {
	return address
		? html`<a class="button small" href=${address}>${label}</a>`
		: html`<a class="button small" role="link" aria-disabled="true" tabindex="-1">${label}</a>`;
}

/** @param {View<any>} view */
function countText({ items, count, page }) {
	if (!items || !page || (page.partial && page.total <= count)) {
		return ''; // nobody knows
	}
	const total = t(page.total_exact ? 'table.total' : 'table.total_over', { count: page.total });

	return t('table.shown', { shown: count, total });
}

/**
 * @param {string} screen
 * @param {View<any>} view
 * @param {Moves} moves
 */
export function tableFoot(screen, view, moves) {
	const { state, page } = view;
	const to = (/** @type {object} */ place) => toAddress(screen, { ...state, after: '', before: '',
		...place });
	const resize = (/** @type {Event} */ event) =>
		moves.resize(Number(/** @type {HTMLSelectElement} */ (event.target).value));

	return html`<div class="foot">
		<span class="view"><label for="view">${t('table.view')}</label>
			<select class="input small" id="view" @change=${resize}>
				${SIZES.map((size) => html`<option .selected=${live(size === state.size)}>
					${size}</option>`)}
			</select></span>
		<span class="count">${countText(view)}</span>
		<span class="steps">
			${step(t('table.prev'), page?.prev ? to({ before: page.prev }) : null)}
			${step(t('table.next'), page?.next ? to({ after: page.next }) : null)}
		</span>
	</div>`;
}
