/* One job, wherever it was begun: how far it is, or what came of it. */
import { dismissJob, openJob, setShown, undoJob, watchJobs } from '../core/job.js';
import { html, nothing } from '../core/html.js';
import { notice } from '../ui/notice.js';
import { Screen } from '../ui/screen.js';
import { t } from '../core/i18n.js';
import { told } from '../ui/told.js';
import { jobBar, jobTitle } from '../ui/job-bar.js';
import { jobResult } from './job-result.js';

/** Where one goes on to when the result has been read. */
const LISTS = {
	'users_bulk': './?p=users',
	'users_undo': './?p=users',
	'users_import': './?p=users',
	'clients_import': './?p=clients',
};

class JobScreen extends Screen {
	/** @param {import('../ui/context.js').Context} context */
	constructor(context) {
		super();
		this.context = context;
		this.id = 0;
		/** @type {import('../core/job.js').Entry | null} */
		this.entry = null;
		this.unwatch = watchJobs(() => this.draw());
	}

	/** @param {URLSearchParams} params */
	readAddress(params) {
		this.id = Number(params.get('id'));
	}

	get title() {
		return this.entry ? jobTitle(this.entry) : super.title;
	}

	/** @param {AbortSignal} signal */
	async read(signal) {
		this.entry = await openJob(this.id, signal);
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

	/** @param {import('../core/job.js').Entry} entry */
	async undo(entry) {
		const undo = await undoJob(entry);

		if (undo) {
			this.goOn(`./?p=job&id=${undo.job.id}`);
		}
	}

	/** @param {import('../core/job.js').Entry} entry */
	done(entry) {
		dismissJob(entry);
		this.goOn(LISTS[entry.job.kind]);
	}

	content() {
		const { entry } = this;

		if (!entry) {
			return this.busy || this.problem ? nothing : notice(t('job.gone'));
		}
		return entry.job.state === 'running'
			? html`<section class="card facts"><div class="with-button">${jobBar(entry)}</div>
				</section>`
			: jobResult(entry, this.context.groups, html`
				${entry.job.undoable ? html`<button type="button" class="button"
					@click=${() => this.undo(entry)}>${t('bulk.undo')}</button>` : nothing}
				${entry.problem ? html`<span role="alert">${told(entry.problem)}</span>`
				: nothing}
				<button type="button" class="button" @click=${() => this.done(entry)}>
					${t('job.done')}</button>`);
	}
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function open(context) {
	return new JobScreen(context);
}
