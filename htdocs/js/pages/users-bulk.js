/*
 * One change for many users: the boxes in the rows, and the toolbar that takes the place of the
 * tools above the table as soon as there is something to say in it: what is chosen, how far a
 * change is and what came of it. The change is a job that the server keeps, so that it shows where
 * it is, can be cancelled and goes on when the reader is elsewhere.
 */
import { allJobs, beginJob, dismissJob, setShown, undoJob, watchJobs }
	from '../core/job.js';
import { announce } from '../ui/page.js';
import { asProblem } from '../ui/explain.js';
import { BulkReport, reportTemplate } from './users-bulk-report.js';
import { call, fetched } from '../core/api.js';
import { groupAct, plainActs } from './users-bulk-acts.js';
import { html, live, nothing } from '../core/html.js';
import { icons } from '../ui/icons.js';
import { keyKeeper } from '../lib/idempotency.js';
import { menuButton } from '../ui/menu-button.js';
import { Selection } from '../lib/selection.js';
import { t } from '../core/i18n.js';
import { jobBar } from '../ui/job-bar.js';

/** @typedef {import('../records.js').UserWhole} User */

/** @typedef {import('./users-bulk-acts.js').Act} Act */

/** What can be done with many users, of all that can be done with one. */
const ACTS = /** @type {const} */ (['status', 'groups', 'mask_data']);

const GROUP_ACTS = /** @type {const} */ (['add_group', 'remove_group']);

/** Numbers of the jobs that have taken back a change of users. */
function undone() {
	return allJobs().filter(({ job }) => job.kind === 'users_undo' && job.state !== 'running')
		.map(({ job }) => job.id);
}

/** The toolbar of one list of users. */
export class UsersBulk {
	/**
	 * @param {import('../ui/context.js').Context} context
	 * @param {import('../ui/list-screen.js').ListScreen<User>} list that it stands above
	 */
	constructor(context, list) {
		this.context = context;
		this.list = list;
		/** @type {Selection<User>} */
		this.selection = new Selection();
		/** The server is being asked what the act would come to. */
		this.foreseeing = false;
		/** The server is being asked to begin. */
		this.asking = false;
		/** @type {import('../core/job.js').Entry | null} */
		this.entry = null;
		this.word = '';
		/** @type {BulkReport | null} */
		this.report = null;
		/** Changes that were taken back before now, or of which the list knows. */
		this.known = new Set(undone());
		this.keyOf = keyKeeper();
		this.unwatch = watchJobs(() => this.follow());
	}

	/** Rows chosen under other filters are not what the reader sees now. */
	filtered() {
		this.selection.clear();
		this.putAway();
	}

	/** What is under way goes on; the strip above every screen shows it. */
	close() {
		this.unwatch();
		this.putAway();
		if (this.entry) {
			setShown(this.entry, false);
		}
	}

	/** The report goes; what it offered to take back stands in the strip from now on. */
	putAway() {
		const told = this.report?.entry;

		this.report = null;
		if (told) {
			setShown(told, false);
		}
	}

	get busy() {
		return this.foreseeing || this.asking || this.entry !== null;
	}

	get isInUse() {
		return this.busy || this.report !== null || this.count > 0;
	}

	/** Those on the screen for whom there is an act. */
	get choosable() {
		return this.list.items.filter((user) => !this.whyNot(user));
	}

	/** Why nothing that is offered here can be done with a user. @param {User} user */
	whyNot({ id, may }) {
		if (ACTS.some((act) => may.includes(act))) {
			return '';
		}
		return t(id === this.context.session.user.id ? 'user.self_barred' : 'user.above_short');
	}

	/** The number of rows that the action would take. */
	get count() {
		return this.selection.all ? this.list.total : this.selection.rows.size;
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
		const { choosable } = this;
		const state = this.selection.state(choosable);
		const toggle = (/** @type {Event} */ event) => {
			this.selection.toggleAll(choosable,
				/** @type {HTMLInputElement} */ (event.target).checked);
			this.chosen();
		};

		return html`<input type="checkbox" id="select-page" aria-label=${t('bulk.select_page')}
			.checked=${live(state === 'all')} .indeterminate=${live(state === 'some')}
			?disabled=${choosable.length === 0 || this.busy} @change=${toggle}>`;
	}

	/** @param {User} user */
	rowBox(user) {
		const why = this.whyNot(user);
		const toggle = (/** @type {Event} */ event) => {
			this.selection.toggle(user,
				/** @type {HTMLInputElement} */ (event.target).checked, this.choosable);
			this.chosen();
		};

		return html`<input type="checkbox" .checked=${live(!why && this.selection.has(user))}
			aria-label=${t('bulk.select_row', { email: user.email })} title=${why || nothing}
			?disabled=${why !== '' || this.busy} @change=${toggle}>`;
	}

	/** A new choice puts the last report away. */
	chosen() {
		this.putAway();
		this.list.draw();
		announce(this.selection.all ? t('bulk.all_count', { total: this.list.totalText })
			: t('bulk.count', { count: this.count }));
	}

	selectAll() {
		this.selection.all = true;
		this.chosen();
		document.getElementById('toolbar')?.focus();
	}

	/** The bar goes with what it was about, and the focus to where choosing begins. */
	clear() {
		this.selection.clear();
		this.chosen();
		document.getElementById('select-page')?.focus();
	}

	/** What the list shows is found again by its filters; without one that is everybody. */
	whom() {
		const { filters } = this.list.state;

		if (!this.selection.all) {
			return { ids: [...this.selection.rows.keys()] };
		}
		return Object.keys(filters).length === 0 ? { all: true } : { filter: filters };
	}

	/** @param {Act} act */
	async run(act) {
		if (this.count === 0 || this.busy) {
			return;
		}
		const whom = this.whom();
		const ask = await this.foresee(act, whom);

		if (await ask?.()) {
			await this.begin(act, whom);
		}
	}

	/** Those who were chosen by hand. */
	get named() {
		return this.selection.all ? [] : [...this.selection.rows.values()];
	}

	/**
	 * The buttons stay meanwhile, and keep the focus: it returns to them after the question.
	 * @param {Act} act
	 * @param {object} whom
	 * @returns {Promise<(() => Promise<boolean>) | null>} asks the reader where that is needed;
	 *     null when nobody can tell
	 */
	async foresee(act, whom) {
		this.foreseeing = true;
		this.putAway();
		this.list.draw();
		try {
			const [{ data }, { askAboutMany }] = await Promise.all([call('POST', 'users/bulk',
				{ body: { ...whom, set: act.set, dry_run: true } }),
			fetched(import('./users-bulk-question.js'))]);
			const { consequences } = data;

			return consequences ? () => askAboutMany(act, consequences, this.named) : null;
		} catch (error) {
			this.report = new BulkReport(act.word, { error: asProblem(error) });
			this.tell();
			return null;
		} finally {
			this.foreseeing = false;
			this.list.draw();
		}
	}

	/**
	 * @param {Act} act
	 * @param {{ids: number[]} | {filter: Record<string, string>} | {all: boolean}} whom
	 */
	async begin(act, whom) {
		const body = { ...whom, set: act.set };

		this.asking = true;
		this.putAway();
		this.word = act.word;
		this.list.draw();
		try {
			this.entry = await beginJob('users/bulk', { body, key: this.keyOf(body) });
			setShown(this.entry, this.list.isOpen);
		} catch (error) {
			this.report = new BulkReport(act.word, { error: asProblem(error) });
			this.tell();
		}
		this.asking = false;
		this.list.draw();
		this.keepFocus();
	}

	/** The buttons went while the server was asked: the focus stays near them. */
	keepFocus() {
		if (this.list.isOpen && document.activeElement === document.body) {
			document.getElementById('toolbar')?.focus();
		}
	}

	/** Something about the job has changed. */
	follow() {
		const { entry } = this;

		if (entry && entry.job.state !== 'running') {
			this.finish(entry);
		} else if (entry) {
			this.list.draw();
		} else if (undone().some((id) => !this.known.has(id))) {
			this.known = new Set(undone());
			this.list.load();
		}
	}

	/**
	 * What can be taken back is kept; what else there was to tell is told here.
	 * @param {import('../core/job.js').Entry} entry
	 */
	async finish(entry) {
		const { undoable } = entry.job;

		this.known.add(entry.job.id);
		this.end(new BulkReport(this.word, { job: entry.job, refused: entry.refused,
			entry: undoable ? entry : null }));
		if (!undoable) {
			dismissJob(entry);
		}
		await this.list.load();
		this.tell(); // not before the list has told how many rows it shows: the last word is heard
	}

	/** What came of the change, as long as that stands there. */
	tell() {
		if (this.report) {
			announce(this.report.text());
		}
	}

	/** The next change, even the same one, is another request. @param {BulkReport} report */
	end(report) {
		this.entry = null;
		this.keyOf = keyKeeper();
		this.report = report;
		this.selection.clear();
		this.list.draw();
		document.getElementById('toolbar')?.focus();
	}

	/** @param {import('../core/job.js').Entry} entry */
	async undo(entry) {
		this.asking = true;
		this.word = t('bulk.undo');
		this.list.draw();
		this.entry = await undoJob(entry);
		this.asking = false;
		if (this.entry) {
			this.report = null;
			setShown(this.entry, this.list.isOpen);
		}
		this.list.draw();
		this.keepFocus();
	}

	/** The second, explicit step: offered once all that can be seen are chosen. */
	allOffer() {
		const { all } = this.selection;
		const more = this.list.total > this.list.items.length;

		return more && !all && this.selection.state(this.choosable) === 'all'
			? html`<button type="button" class="button small link-button"
				@click=${() => this.selectAll()}>${t('bulk.all_offer',
					{ total: this.list.totalText })}
				</button>`
			: nothing;
	}

	countTemplate() {
		const { all } = this.selection;

		if (this.foreseeing) {
			return html`<span>${t('bulk.foresee')}</span>`;
		}
		return html`<span>${all ? t('bulk.all_count', { total: this.list.totalText })
			: t('bulk.count', { count: this.count })}</span>
			${this.allOffer()}
			<button type="button" class="button small" aria-label=${t('bulk.clear')}
				title=${t('bulk.clear')} @click=${() => this.clear()}>${icons.cross}</button>`;
	}

	/** @param {Act} act */
	actButton(act) {
		return html`<button type="button" class="button small" @click=${() => this.run(act)}>
			${act.word}</button>`;
	}

	groupMenu() {
		const groups = this.context.groups.filter(({ may }) => may.includes('give'));
		const acts = GROUP_ACTS.flatMap((name) => groups.map((group) => groupAct(name, group)));

		return acts.length === 0 ? nothing : menuButton('bulk-groups', t('bulk.groups'),
			acts.map((act) => ({ label: act.word, run: () => this.run(act) })), undefined,
			{ small: true });
	}

	acts() {
		const masked = this.context.session.user.mask_data;
		const [enable, disable, mask, unmask] = plainActs();

		return html`<span class="toolbar-space"></span>
			${this.actButton(enable)} ${this.actButton(disable)}
			${this.groupMenu()}
			${this.actButton(mask)} ${masked ? nothing : this.actButton(unmask)}`;
	}

	content() {
		if (this.entry) {
			return jobBar(this.entry);
		}
		if (this.asking) {
			return html`<progress aria-label=${t('bulk.title')}></progress>
				${this.selection.all ? html`<span>${t('bulk.gather')}</span>` : nothing}`;
		}
		return this.report && this.count === 0 ? this.told(this.report)
			: html`${this.report ? html`<span>${this.report.text()}</span>` : this.countTemplate()}
				${this.acts()}`;
	}

	/** @param {BulkReport} report */
	told(report) {
		return html`${reportTemplate(report, (entry) => this.undo(entry))}
			<span class="toolbar-space"></span>
			<button type="button" class="button small" @click=${() => this.clear()}>
				${t('bulk.close')}</button>`;
	}

	template() {
		return html`<div class="toolbar" id="toolbar" role="group" tabindex="0"
			aria-label=${t('bulk.title')}>${this.content()}</div>`;
	}
}
