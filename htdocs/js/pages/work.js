/* One piece of work, wherever it was begun: how far it is, or what came of it. */
import { dismissWork, openWork, setShown, undoWork, watchWork } from '../core/work.js';
import { explainWhole } from '../ui/explain.js';
import { html, nothing } from '../core/html.js';
import { notice } from '../ui/notice.js';
import { Screen } from '../ui/screen.js';
import { t } from '../core/i18n.js';
import { workBar, workTitle } from '../ui/work-bar.js';
import { workResult } from './work-result.js';

/** Where one goes on to when the result has been read. */
const LISTS = {
	'users_bulk': './?p=users',
	'users_undo': './?p=users',
	'users_import': './?p=users',
	'clients_import': './?p=clients',
};

class WorkScreen extends Screen {
	/** @param {import('../ui/context.js').Context} context */
	constructor(context) {
		super();
		this.context = context;
		this.id = 0;
		/** @type {import('../core/work.js').Entry | null} */
		this.entry = null;
		this.unwatch = watchWork(() => this.draw());
	}

	/** @param {URLSearchParams} params */
	readAddress(params) {
		this.id = Number(params.get('id'));
	}

	get title() {
		return this.entry ? workTitle(this.entry) : super.title;
	}

	/** @param {AbortSignal} signal */
	async read(signal) {
		this.entry = await openWork(this.id, signal);
		if (this.entry) {
			setShown(this.entry, true);
		}
	}

	close() {
		super.close();
		this.unwatch();
		if (this.entry) {
			setShown(this.entry, false);
		}
	}

	/** @param {import('../core/work.js').Entry} entry */
	async undo(entry) {
		const undo = await undoWork(entry);

		if (undo) {
			this.goOn(`./?p=work&id=${undo.work.id}`);
		}
	}

	/** @param {import('../core/work.js').Entry} entry */
	done(entry) {
		dismissWork(entry);
		this.goOn(LISTS[entry.work.kind]);
	}

	content() {
		const { entry } = this;

		if (!entry) {
			return this.busy || this.problem ? nothing : notice(t('work.gone'));
		}
		return entry.work.state === 'running'
			? html`<section class="card facts"><div class="with-button">${workBar(entry)}</div>
				</section>`
			: workResult(entry, this.context.groups, html`
				${entry.work.undoable ? html`<button type="button" class="button"
					@click=${() => this.undo(entry)}>${t('bulk.undo')}</button>` : nothing}
				${entry.problem ? html`<span role="alert">${explainWhole(entry.problem)}</span>`
				: nothing}
				<button type="button" class="button" @click=${() => this.done(entry)}>
					${t('work.done')}</button>`);
	}
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function workScreen(context) {
	return new WorkScreen(context);
}
