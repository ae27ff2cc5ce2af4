/*
 * One change for many users: the boxes in the rows, and the toolbar above the table that says what
 * is chosen, how far a change is and what came of it. The page sends batches, so that the work
 * shows where it is and can be cancelled; what was refused is told with its reason.
 */
import { announce } from '../ui/page.js';
import { asProblem } from '../ui/explain.js';
import { BulkReport, reportTemplate } from './users-bulk-report.js';
import { call } from '../core/api.js';
import { confirm } from '../ui/confirm.js';
import { html, live, nothing } from '../core/html.js';
import { inBatches } from '../lib/batches.js';
import { mayGive } from './user-fields.js';
import { menuButton } from '../ui/menu-button.js';
import { Selection } from '../lib/selection.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../records.js').User} User */

/**
 * What is to be done: the word for it, and what the API is asked to set.
 * @typedef {{word: string, set: Record<string, unknown>}} Act
 */

const BATCH = 50;
const PAGE = 200;

/** @returns {Act[]} */
function plainActs() {
	return [
		{ word: t('bulk.enable'), set: { status: 'enabled' } },
		{ word: t('bulk.disable'), set: { status: 'disabled' } },
		{ word: t('bulk.mask'), set: { mask_data: true } },
		{ word: t('bulk.unmask'), set: { mask_data: false } },
	];
}

/** @param {Act} act @returns {Act | null} what takes it back */
function opposite({ set }) {
	return plainActs().find((act) => 'status' in set && 'status' in act.set
		&& act.set.status !== set.status) ?? null;
}

/** The toolbar of one list of users. */
export class UsersBulk {
	/** @param {import('../ui/context.js').Context} context */
	constructor(context) {
		this.context = context;
		/** @type {Selection<User>} */
		this.selection = new Selection();
		/** @type {{done: number, total: number} | null} total 0: still being found */
		this.progress = null;
		/** @type {BulkReport | null} */
		this.report = null;
		this.stopping = new AbortController();
	}

	/** @param {any} list */
	attach(list) {
		this.list = list;
	}

	/** Rows chosen under other filters are not what the reader sees now. */
	filtered() {
		this.selection.clear();
	}

	/** What is under way ends with its present batch. */
	close() {
		this.stopping.abort();
	}

	/** @returns {User[]} */
	get seen() {
		return this.list.view.items ?? [];
	}

	/** The number of rows that the action would take. */
	get count() {
		return this.selection.all ? this.list.view.page.total : this.selection.rows.size;
	}

	/** "more than 10,000" where nobody has counted further. */
	get total() {
		const { total, total_exact: exact } = this.list.view.page;

		return t(exact ? 'table.total' : 'table.total_over', { count: total });
	}

	/** @returns {import('../ui/data-table.js').Column<User>} */
	column() {
		return {
			name: 'select',
			label: t('bulk.select'),
			fixed: true,
			head: () => this.headBox(),
			cell: (user) => this.rowBox(user),
		};
	}

	headBox() {
		const state = this.selection.state(this.seen);
		const toggle = (/** @type {Event} */ event) => {
			this.selection.toggleAll(this.seen,
				/** @type {HTMLInputElement} */ (event.target).checked);
			this.chosen();
		};

		return html`<input type="checkbox" aria-label=${t('bulk.select_page')}
			.checked=${live(state === 'all')} .indeterminate=${live(state === 'some')}
			?disabled=${this.seen.length === 0 || this.progress !== null} @change=${toggle}>`;
	}

	/** @param {User} user */
	rowBox(user) {
		const toggle = (/** @type {Event} */ event) => {
			this.selection.toggle(user,
				/** @type {HTMLInputElement} */ (event.target).checked, this.seen);
			this.chosen();
		};

		return html`<input type="checkbox" .checked=${live(this.selection.has(user))}
			aria-label=${t('bulk.select_row', { email: user.email })}
			?disabled=${this.progress !== null} @change=${toggle}>`;
	}

	/** A new choice puts the last report away. */
	chosen() {
		this.report = null;
		this.list.draw();
		announce(this.selection.all ? t('bulk.all_count', { total: this.total })
			: t('bulk.count', { count: this.count }));
	}

	selectAll() {
		this.selection.all = true;
		this.chosen();
		document.getElementById('toolbar')?.focus();
	}

	clear() {
		this.selection.clear();
		this.chosen();
		document.getElementById('toolbar')?.focus();
	}

	/** @param {Act} act */
	async run(act) {
		if (this.count === 0 || this.progress) {
			return;
		}
		if (this.selection.all && !await confirm({ title: t('bulk.confirm_title'),
			text: t('bulk.confirm_text', { act: act.word, total: this.total }),
			yes: t('bulk.confirm_yes') })) {
			return;
		}
		this.stopping = new AbortController();
		const users = this.selection.all ? await this.gather() : [...this.selection.rows.values()];

		if (users) {
			await this.change(act, users);
		}
	}

	/** All that match, page after page; null when that was cancelled or failed. */
	async gather() {
		/** @type {User[]} */
		const users = [];
		const query = new URLSearchParams({ ...this.list.view.state.filters, sort: 'id',
			size: String(PAGE) });
		const { signal } = this.stopping;

		this.show({ done: 0, total: 0 });
		try {
			do {
				const { data } = await call('GET', `users?${query}`, { signal });

				users.push(...data.items);
				query.set('after', data.page.next ?? '');
			} while (query.get('after'));
			return users;
		} catch (error) {
			this.end(signal.aborted ? null : new BulkReport('', [], { error: asProblem(error) }));
			return null;
		}
	}

	/**
	 * @param {Act} act
	 * @param {User[]} users
	 */
	async change(act, users) {
		const total = users.length;
		const { results, error } = await inBatches(users, BATCH, (part) => this.send(act, part), {
			tell: (done) => this.show({ done, total }),
			signal: this.stopping.signal,
		});

		this.end(new BulkReport(act.word, results, {
			error: error === null ? null : asProblem(error),
			skipped: total - results.length,
			undo: opposite(act),
		}));
		await this.list.load();
	}

	/**
	 * @param {Act} act
	 * @param {User[]} part
	 */
	async send({ set }, part) {
		const { data } = await call('POST', 'users/bulk', { body: { ids: part.map(({ id }) => id),
			set } });
		const users = new Map(part.map((user) => [user.id, user]));

		return data.results.map((/** @type {import('../records.js').UserResult} */ result) =>
			({ ...result, user: users.get(result.id) }));
	}

	/** @param {{done: number, total: number}} progress */
	show(progress) {
		this.progress = progress;
		this.report = null;
		this.list.draw();
	}

	/** @param {BulkReport | null} report */
	end(report) {
		this.progress = null;
		this.report = report;
		this.selection.clear();
		this.list.draw();
		announce(report ? report.text() : '');
		document.getElementById('toolbar')?.focus();
	}

	/** @param {BulkReport} report */
	undo({ undo, changed }) {
		this.stopping = new AbortController();
		return this.change(/** @type {Act} */ (undo), changed);
	}

	progressTemplate() {
		const { done, total } = /** @type {{done: number, total: number}} */ (this.progress);
		const words = total === 0 ? t('bulk.gather') : t('bulk.progress', { done, total });

		return html`
			<progress aria-label=${t('bulk.title')} max=${total || nothing}
				value=${total === 0 ? nothing : done}></progress>
			<span>${words}</span>
			<button type="button" class="button small"
				@click=${() => this.stopping.abort()}>${t('action.cancel')}</button>`;
	}

	/** The second, explicit step: offered once all that can be seen are chosen. */
	allOffer() {
		const { all } = this.selection;
		const more = this.list.view.page?.total > this.seen.length;

		return more && !all && this.selection.state(this.seen) === 'all'
			? html`<button type="button" class="button small link-button"
				@click=${() => this.selectAll()}>${t('bulk.all_offer', { total: this.total })}
				</button>`
			: nothing;
	}

	countTemplate() {
		const { all } = this.selection;

		if (this.count === 0) {
			return html`<span class="muted">${t('bulk.none')}</span>`;
		}
		return html`<span>${all ? t('bulk.all_count', { total: this.total })
			: t('bulk.count', { count: this.count })}</span>
			${this.allOffer()}
			<button type="button" class="button small" @click=${() => this.clear()}>
				${t('bulk.clear')}</button>`;
	}

	/**
	 * Present but barred while nothing is chosen, so that nothing jumps when something is.
	 * @param {Act} act
	 */
	actButton(act) {
		return html`<button type="button" class="button small" ?disabled=${this.count === 0}
			@click=${() => this.run(act)}>${act.word}</button>`;
	}

	/** @param {'add_group' | 'remove_group'} name */
	groupMenu(name) {
		const groups = this.context.groups.filter((group) => mayGive(this.context, group));
		const word = t(`bulk.${name}`);

		return groups.length === 0 ? nothing : menuButton(`bulk-${name}`, word,
			groups.map((group) => ({
				label: group.name,
				run: () => this.run({ word: `${word}: ${group.name}`, set: { [name]: group.id } }),
			})), undefined, { disabled: this.count === 0, small: true });
	}

	acts() {
		const masked = this.context.session.user.mask_data;
		const [enable, disable, mask, unmask] = plainActs();

		return html`<span class="toolbar-space"></span>
			${this.actButton(enable)} ${this.actButton(disable)}
			${this.groupMenu('add_group')} ${this.groupMenu('remove_group')}
			${this.actButton(mask)} ${masked ? nothing : this.actButton(unmask)}`;
	}

	content() {
		if (this.progress) {
			return this.progressTemplate();
		}
		return html`${this.report ? reportTemplate(this.report, () => this.undo(
			/** @type {BulkReport} */ (this.report))) : this.countTemplate()}
			${this.acts()}`;
	}

	template() {
		return html`<div class="toolbar" id="toolbar" role="group" tabindex="0"
			aria-label=${t('bulk.title')}>${this.content()}</div>`;
	}
}
