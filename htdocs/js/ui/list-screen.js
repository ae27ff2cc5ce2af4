/*
 * A screen with one table over a list of the API. The address holds the whole state; the last
 * question asked is the only one whose answer is shown; rows stay while newer ones are on the way.
 */
import { announce } from './page.js';
import { call } from '../core/api.js';
import { changed, readState, toAddress, toQuery, withFilters }
	from '../lib/table-state.js';
import { chosenColumns, viewMenu } from './view-menu.js';
import { besidesOf, dataTable, filtersOf, tableFoot, usedColumns } from './data-table.js';
import { findField, foundNote, nobodyFound } from './find.js';
import { html, nothing } from '../core/html.js';
import { icons } from './icons.js';
import { inOrder } from '../lib/find.js';
import { ListPlace } from './list-place.js';
import { noteAddress } from '../core/router.js';
import { LIMITS } from '../contract.js';
import { readPref, writePref } from '../core/prefs.js';
import { SavedViews } from './saved-views.js';
import { Screen } from './screen.js';
import { shownColumns } from '../lib/columns.js';
import { t } from '../core/i18n.js';

const TYPING_PAUSE = 250;

/**
 * @template T
 * @typedef {object} ListSpec
 * @property {import('./saved-views.js').NewView['list']} screen name in the address
 * @property {import('../core/api.js').ListPath<T>} path of the API
 * @property {unknown} empty what an empty list says
 * @property {string} sort the default
 * @property {import('./data-table.js').Column<T>[]} columns
 * @property {((state: import('../lib/table-state.js').TableState) => unknown) | object | symbol}
 *     [create] the button at the upper right, or what gives it for a state
 * @property {string} [find] what people can be found by: the hint of the field for that
 * @property {unknown} [note] what to know before the list
 * @property {((list: ListScreen<T>) => Toolbar<T>) | undefined} [toolbar] makes what acts on rows
 * @property {(items: T[]) => T[]} [drawn] which of the rows are drawn
 * @property {() => unknown} [sides] other lists about the same, beside the tools
 * @property {() => unknown} [above] what stands above the table, drawn with it
 */

/**
 * What acts on the rows of a list. It is told when other rows are asked for.
 * @template T
 * @typedef {object} Toolbar
 * @property {() => import('./data-table.js').Column<T>} column of its own, before all others
 * @property {() => unknown} template
 * @property {boolean} isInUse it stands in the place of the tools
 * @property {() => void} filtered
 * @property {() => void} close
 */

/**
 * @param {import('./data-table.js').Filter} filter
 * @returns {[name: string, value: string | null][]} null for any
 */
function offered({ name, kind }) {
	const ofChoices = (/** @type {import('./data-table.js').Choice[]} */ choices) => choices.map(
		([value,, own = name]) => /** @type {[string, string]} */ ([own, value]));

	return Array.isArray(kind) ? ofChoices(kind) : [[name, null], ...ofChoices(besidesOf(kind))];
}

/**
 * @param {Pick<ListSpec<any>, 'columns' | 'find' | 'sort'>} spec
 * @returns {import('../lib/table-state.js').TableOffer}
 */
function offerOf({ columns, find, sort }) {
	/** @type {Record<string, string[] | null>} */
	const filters = find ? { q: null } : {};

	for (const [name, value] of columns.flatMap(filtersOf).flatMap(offered)) {
		filters[name] = value === null ? null : [...filters[name] ?? [], value];
	}
	return {
		filters,
		sorts: columns.filter(({ sorts }) => sorts).map(({ name }) => name),
		sort,
	};
}

/**
 * @param {ListSpec<any>} spec
 * @param {import('../lib/table-state.js').TableState} state
 */
function buttonOf({ create = nothing }, state) {
	return typeof create === 'function' ? create(state) : create;
}

/**
 * The list of one screen: its state, its questions to the server and its redrawing.
 * @template T
 */
export class ListScreen extends Screen {
	#pause = 0;
	#place = new ListPlace(this.left);

	/** @param {ListSpec<T>} spec */
	constructor(spec) {
		super();
		this.spec = spec;
		this.toolbar = spec.toolbar?.(this);
		this.columns = [...this.toolbar ? [this.toolbar.column()] : [], ...spec.columns];
		this.offer = offerOf(spec);
		this.state = readState(new URLSearchParams(), this.offer);
		/** @type {T[] | null} null before the first answer */
		this.rows = null;
		/** @type {import('../records.js').List<T>['page'] | null} */
		this.page = null;
		/** @type {Record<string, string>} */
		this.typed = {};
		this.unfolded = false;
		this.filters = '';
		this.views = new SavedViews(spec.screen, this.offer, this);
		this.moves = {
			filter: (/** @type {Record<string, string>} */ values) => this.filter(values),
			resize: (/** @type {number} */ size) => this.resize(size),
			redraw: () => this.draw(),
		};
	}

	/** What is on the screen. */
	get items() {
		return this.rows ?? [];
	}

	/** The number of rows that match, as far as anybody has counted. */
	get total() {
		return this.page?.total ?? 0;
	}

	/** The same in words: "more than 10,000" where nobody has counted further. */
	get totalText() {
		return t(this.page?.total_exact === false ? 'table.total_over' : 'table.total',
			{ count: this.total });
	}

	/** What the table is drawn from. @returns {import('./data-table.js').View<T>} */
	get view() {
		const { state, rows, page, busy, typed, unfolded, spec: { drawn } } = this;
		const items = rows && drawn ? drawn(rows) : rows;

		return { state, items, count: rows?.length ?? 0, page, busy, typed, unfolded };
	}

	/** @param {URLSearchParams} params */
	readAddress(params) {
		clearTimeout(this.#pause);
		this.state = readState(params, this.offer, readPref('size', LIMITS.page_size));
		this.unfolded ||= this.isFiltered;
		this.noteFilters();
		this.#place.recall();
	}

	close() {
		super.close();
		clearTimeout(this.#pause);
		this.toolbar?.close();
	}

	/** @param {import('../lib/table-state.js').TableState} state */
	move(state) {
		this.state = state;
		this.noteFilters();
		this.#place.forget();
		noteAddress(toAddress(this.spec.screen, state));
		return this.load();
	}

	get isFiltered() {
		return Object.keys(this.state.filters).length > 0;
	}

	/** Rows chosen among others are not these. */
	noteFilters() {
		const filters = JSON.stringify(this.state.filters);

		if (filters !== this.filters) {
			this.filters = filters;
			this.toolbar?.filtered();
		}
	}

	/**
	 * Asks when the typing pauses; the links of the headers know of the filter at once.
	 * @param {Record<string, string>} typed
	 */
	filter(typed) {
		const values = Object.entries(typed).map(([name, value]) => [name, value.trim()]);

		this.typed = typed;
		this.state = inOrder(withFilters(this.state, Object.fromEntries(values)), this.offer.sort);
		this.draw();
		clearTimeout(this.#pause);
		this.#pause = setTimeout(() => this.move(this.state), TYPING_PAUSE);
	}

	/** @param {number} size */
	resize(size) {
		writePref('size', size);
		return this.move(changed(this.state, { size }));
	}

	async load() {
		await super.load();
		if (this.isOpen && !this.busy && !this.problem) {
			this.#place.restore();
		}
	}

	/** @param {AbortSignal} signal */
	async read(signal) {
		const path = /** @type {import('../core/api.js').ListPath} */ (this.spec.path);
		const query = Object.fromEntries(toQuery(this.state));
		const { data } = await call('GET', path, { query, signal });
		const show = (/** @type {import('../records.js').List<any>} */ { items, page }) => {
			this.rows = items;
			this.page = page;
			this.draw();
		};

		this.rows = /** @type {any} */ (data.items);
		this.page = data.page;
		if (data.page.partial) {
			const { fillList } = await import('./fill-list.js');

			await fillList(data, path, query, { signal, grown: show });
		}
		announce(this.page?.partial ? this.partialText
			: this.page?.total_exact ? t('table.found', { count: this.total })
			: t('table.found_over', { total: this.totalText }));
	}

	/** The button goes with the filters, and the focus that was on it to the heading. */
	clear() {
		const loaded = this.move(inOrder(changed(this.state, { filters: {} }), this.offer.sort));

		this.takeFocus();
		return loaded;
	}

	/** A narrow window has room for the rows or for what filters and orders them. */
	foldButton() {
		const { unfolded } = this;
		const toggle = () => {
			this.unfolded = !unfolded;
			this.draw();
		};

		return html`<button type="button" class="button small fold" aria-expanded=${unfolded}
			aria-controls="table" @click=${toggle}>${t('table.fold')} ${icons.down}</button>`;
	}

	get usedColumns() {
		return usedColumns(this.columns, this.state);
	}

	/** How the rows are looked at; or, as soon as some are chosen, what can be done with those. */
	tools() {
		const inUse = this.toolbar?.isInUse === true;

		return html`<div class="list-tools">
			${this.bar(inUse)}
			${inUse ? this.toolbar?.template() : nothing}
		</div>`;
	}

	/** @param {boolean} hidden its place is kept all the same: nothing moves */
	bar(hidden) {
		const { columns, spec: { screen }, state } = this;

		return html`<div class="list-bar" ?inert=${hidden}>
			${this.spec.find ? findField(this, this.spec.find) : nothing}
			${this.foldButton()}
			${this.spec.sides?.() ?? nothing}
			${this.views.links(state)}
			<span class="list-bar-space"></span>
			${this.isFiltered ? html`<button type="button" class="button small"
				@click=${() => this.clear()}>${t('table.clear')}</button>` : nothing}
			${this.views.button(state)}
			${viewMenu({ screen, columns }, this.usedColumns, () => this.draw())}
		</div>`;
	}

	/** Of a page that is short, or even empty, though there may be more rows behind it. */
	get partialText() {
		return t('table.partial', { step: t(this.state.before ? 'table.prev' : 'table.next') });
	}

	emptyNotice() {
		if (this.page?.partial) {
			return this.busy ? nothing : html`<p class="empty">${this.partialText}</p>`;
		}
		if (this.rows?.length === 0 && this.state.filters.q && !this.busy) {
			return nobodyFound(this);
		}
		return this.rows?.length === 0 ? html`<p class="empty">
			${this.isFiltered ? t('table.no_match') : this.spec.empty}</p>` : nothing;
	}

	actions() {
		return buttonOf(this.spec, this.state);
	}

	content() {
		const { spec, view } = this;
		const columns = shownColumns(this.columns, chosenColumns(spec.screen), this.usedColumns);

		return html`
			${spec.note ?? nothing}
			${spec.above?.() ?? nothing}
			${this.tools()}
			${foundNote(this)}
			<div class="card list">
				<div class="progress" ?hidden=${!view.busy || !view.items}></div>
				<div class="scroll" id="scroll">
					${dataTable({ ...spec, title: this.title, columns }, view, this.moves)}
					${this.emptyNotice()}
				</div>
				${this.page ? tableFoot(spec.screen, view, this.moves) : nothing}
			</div>`;
	}
}
