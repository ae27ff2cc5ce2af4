/*
 * A screen with one table over a list of the API. The address holds the whole state; the last
 * question asked is the only one whose answer is shown; rows stay while newer ones are on the way.
 */
import { announce, byId, setTitle } from './page.js';
import { asProblem, explainWhole } from './explain.js';
import { call } from '../core/api.js';
import { changed, readState, SIZE_DEFAULT, toAddress, toQuery, withFilters }
	from '../lib/table-state.js';
import { chosenColumns, viewMenu } from './view-menu.js';
import { dataTable, filtersOf, tableFoot, usedColumns } from './data-table.js';
import { html, nothing, render } from '../core/html.js';
import { icons } from './icons.js';
import { noteAddress } from '../core/router.js';
import { notice } from './notice.js';
import { readPref, writePref } from '../core/prefs.js';
import { SavedViews } from './saved-views.js';
import { shownColumns } from '../lib/columns.js';
import { t } from '../core/i18n.js';

const TYPING_PAUSE = 250;

/**
 * @template T
 * @typedef {object} ListSpec
 * @property {string} screen name in the address
 * @property {string} path of the API
 * @property {string} title
 * @property {string} empty what an empty list says
 * @property {string} sort the default
 * @property {import('./data-table.js').Column<T>[]} columns
 * @property {((state: import('../lib/table-state.js').TableState) => unknown) | object | symbol}
 *     [create] the button at the upper right, or what gives it for a state
 * @property {unknown} [note] what to know before the list
 * @property {Toolbar | undefined} [toolbar] above the table, in its card
 * @property {() => unknown} [above] what stands above the table, drawn with it
 */

/**
 * What acts on rows. It is told when other rows are asked for.
 * @typedef {object} Toolbar
 * @property {(list: ListScreen) => void} attach
 * @property {() => unknown} template
 * @property {() => void} filtered
 * @property {() => void} close
 */

/**
 * @param {import('./data-table.js').Filter} filter
 * @returns {[name: string, value: string | null][]} null for any
 */
function offered({ name, kind }) {
	return Array.isArray(kind) ? kind.map(([value,, own = name]) => [own, value]) : [[name, null]];
}

/**
 * @param {ListSpec<any>} spec
 * @returns {import('../lib/table-state.js').TableOffer}
 */
function offerOf({ columns, sort }) {
	/** @type {Record<string, string[] | null>} */
	const filters = {};

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
 * @param {ListScreen} list
 */
function emptyNotice(spec, { view, isFiltered }) {
	if (view.items?.length !== 0) {
		return nothing;
	}
	return html`<p class="empty">${isFiltered ? t('table.no_match') : spec.empty}</p>`;
}

/**
 * @param {ListSpec<any>} spec
 * @param {import('../lib/table-state.js').TableState} state
 */
function buttonOf({ create = nothing }, state) {
	return typeof create === 'function' ? create(state) : create;
}

/** The list of one screen: its state, its questions to the server and its redrawing. */
class ListScreen {
	/** @param {ListSpec<any>} spec */
	constructor(spec) {
		this.spec = spec;
		this.offer = offerOf(spec);
		/** @type {import('./data-table.js').View<any>} */
		this.view = {
			state: readState(new URLSearchParams(), this.offer),
			items: null,
			page: null,
			busy: false,
			typed: {},
			unfolded: false,
		};
		/** @type {import('../core/api.js').Problem | null} */
		this.problem = null;
		this.asking = new AbortController();
		this.pause = 0;
		this.filters = '';
		this.views = new SavedViews(spec.screen, this.offer, () => this.open && this.draw());
		this.open = false;
		this.moves = {
			filter: (/** @type {Record<string, string>} */ values) => this.filter(values),
			resize: (/** @type {number} */ size) => this.resize(size),
		};
		spec.toolbar?.attach(this);
	}

	/** @param {URLSearchParams} params */
	show(params) {
		this.open = true;
		clearTimeout(this.pause);
		this.view.state = readState(params, this.offer, readPref('size', SIZE_DEFAULT));
		this.view.unfolded ||= this.isFiltered;
		this.noteFilters();
		setTitle(this.spec.title);
		this.views.load();
		return this.load();
	}

	close() {
		this.open = false;
		clearTimeout(this.pause);
		this.asking.abort();
		this.spec.toolbar?.close();
	}

	/** @param {import('../lib/table-state.js').TableState} state */
	move(state) {
		this.view.state = state;
		this.noteFilters();
		noteAddress(toAddress(this.spec.screen, state));
		return this.load();
	}

	get isFiltered() {
		return Object.keys(this.view.state.filters).length > 0;
	}

	/** Rows chosen among others are not these. */
	noteFilters() {
		const filters = JSON.stringify(this.view.state.filters);

		if (filters !== this.filters) {
			this.filters = filters;
			this.spec.toolbar?.filtered();
		}
	}

	/**
	 * Asks when the typing pauses; the links of the headers know of the filter at once.
	 * @param {Record<string, string>} typed
	 */
	filter(typed) {
		const values = Object.entries(typed).map(([name, value]) => [name, value.trim()]);

		this.view.typed = typed;
		this.view.state = withFilters(this.view.state, Object.fromEntries(values));
		this.draw();
		clearTimeout(this.pause);
		this.pause = setTimeout(() => this.move(this.view.state), TYPING_PAUSE);
	}

	/** @param {number} size */
	resize(size) {
		writePref('size', size);
		return this.move(changed(this.view.state, { size }));
	}

	async load() {
		this.asking.abort();
		this.asking = new AbortController();
		const { signal } = this.asking;

		this.view.busy = true;
		this.draw();
		try {
			await this.ask(signal);
		} catch (error) {
			if (signal.aborted) {
				return;
			}
			this.problem = asProblem(error);
		}
		this.view.busy = false;
		this.draw();
	}

	/**
	 * Says what kept the reader's wish from being done; the rows stay.
	 * @param {import('../core/api.js').Problem} problem
	 */
	fail(problem) {
		this.problem = problem;
		this.draw();
	}

	/** @param {AbortSignal} signal */
	async ask(signal) {
		const path = `${this.spec.path}?${toQuery(this.view.state)}`;
		const { data } = await call('GET', path, { signal });

		Object.assign(this.view, data);
		this.problem = null;
		byId('scroll').scrollTop = 0;
		announce(t('table.found', { count: data.page.total }));
	}

	/** The button goes with the filters, and the focus that was on it to the heading. */
	clear() {
		const loaded = this.move(changed(this.view.state, { filters: {} }));

		byId('main').querySelector('h1')?.focus();
		return loaded;
	}

	/** A narrow window has room for the rows or for what filters and orders them. */
	foldButton() {
		const { unfolded } = this.view;
		const toggle = () => {
			this.view.unfolded = !unfolded;
			this.draw();
		};

		return html`<button type="button" class="button small fold" aria-expanded=${unfolded}
			aria-controls="table" @click=${toggle}>${t('table.fold')} ${icons.down}</button>`;
	}

	/** How the rows are looked at. */
	bar() {
		const { spec, view } = this;

		return html`<div class="list-bar">
			${this.foldButton()}
			${this.views.links(view.state)}
			<span class="list-bar-space"></span>
			${this.isFiltered ? html`<button type="button" class="button small"
				@click=${() => this.clear()}>${t('table.clear')}</button>` : nothing}
			${this.views.button(view.state)}
			${viewMenu(spec, usedColumns(spec.columns, view.state), () => this.draw())}
		</div>`;
	}

	draw() {
		const { spec, view } = this;
		const columns = shownColumns(spec.columns, chosenColumns(spec.screen),
			usedColumns(spec.columns, view.state));

		render(html`
			<div class="head">
				<h1 tabindex="-1">${spec.title}</h1>
				${buttonOf(spec, view.state)}
			</div>
			${spec.note ?? nothing}
			${spec.above?.() ?? nothing}
			${this.problem ? notice(explainWhole(this.problem), { kind: 'problem',
				action: t('action.try_again'), run: () => this.load() }) : nothing}
			${this.bar()}
			<div class="card list">
				<div class="progress" ?hidden=${!view.busy || !view.items}></div>
				${spec.toolbar?.template() ?? nothing}
				<div class="scroll" id="scroll">
					${dataTable({ ...spec, columns }, view, this.moves)}
					${emptyNotice(spec, this)}
				</div>
				${tableFoot(spec.screen, view, this.moves)}
			</div>`, byId('main'));
	}
}

/**
 * @template T
 * @param {ListSpec<T>} spec
 */
export function listScreen(spec) {
	return new ListScreen(spec);
}
