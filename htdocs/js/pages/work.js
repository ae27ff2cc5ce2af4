/* One piece of work, wherever it was begun: how far it is, or what came of it. */
import { asProblem, explain, explainWhole } from '../ui/explain.js';
import { byId, setTitle } from '../ui/page.js';
import { dismissWork, openWork, setShown, undoWork, watchWork } from '../core/work.js';
import { html, nothing, render } from '../core/html.js';
import { workBar, workTitle } from '../ui/work-bar.js';
import { goTo } from '../core/router.js';
import { notice } from '../ui/notice.js';
import { t } from '../core/i18n.js';
import { workResult } from './work-result.js';

/** Where one goes on to when the result has been read. */
const LISTS = {
	'users_bulk': './?p=users',
	'users_undo': './?p=users',
	'users_import': './?p=users',
	'clients_import': './?p=clients',
};

class WorkScreen {
	/** @param {import('../ui/context.js').Context} context */
	constructor(context) {
		this.context = context;
		/** @type {import('../core/work.js').Entry | null} */
		this.entry = null;
		/** @type {unknown} in its place */
		this.message = nothing;
		this.closed = false;
		this.unwatch = watchWork(() => this.draw());
	}

	/** @param {URLSearchParams} params */
	async show(params) {
		this.draw();
		try {
			this.entry = await openWork(Number(params.get('id')));
			this.message = this.entry ? nothing : notice(t('work.gone'));
		} catch (error) {
			this.message = notice(explain(asProblem(error)), { kind: 'problem',
				action: t('action.try_again'), run: () => this.show(params) });
		}
		if (this.entry && !this.closed) {
			setShown(this.entry, true);
		}
		this.draw();
	}

	close() {
		this.closed = true;
		this.unwatch();
		if (this.entry) {
			setShown(this.entry, false);
		}
	}

	/** @param {import('../core/work.js').Entry} entry */
	async undo(entry) {
		const undo = await undoWork(entry);

		if (undo) {
			goTo(`./?p=work&id=${undo.work.id}`);
		}
	}

	/** @param {import('../core/work.js').Entry} entry */
	done(entry) {
		dismissWork(entry);
		goTo(LISTS[entry.work.kind]);
	}

	content() {
		const { entry } = this;

		if (!entry) {
			return this.message;
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

	draw() {
		const title = this.entry ? workTitle(this.entry) : t('work.title');

		if (this.closed) {
			return;
		}
		setTitle(title);
		render(html`<div class="head"><h1 tabindex="-1">${title}</h1></div>${this.content()}`,
			byId('main'));
	}
}

/**
 * @param {import('../ui/context.js').Context} context
 * @returns {import('../core/router.js').Screen}
 */
export function workScreen(context) {
	return new WorkScreen(context);
}
