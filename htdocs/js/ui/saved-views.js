/*
 * Views of a list that the reader keeps: links above the table, each the plain address, so that it
 * opens in a new tab or goes to a colleague. The server keeps them, so they are there on every
 * device.
 */
import { asProblem } from './explain.js';
import { call, fetched } from '../core/api.js';
import { changed, readState, sameRows, toQuery } from '../lib/table-state.js';
import { confirm } from './confirm.js';
import { html, nothing } from '../core/html.js';
import { icons } from './icons.js';
import { keepViews, keptViews } from '../core/kept-views.js';
import { showToast } from './toast.js';
import { t } from '../core/i18n.js';
import { told } from './told.js';

/** @typedef {import('../records.js').SavedView} SavedView */
/** @typedef {import('../records.js').Paths['POST']['profile/views']['body']} NewView */
/** @typedef {import('../lib/table-state.js').TableState} TableState */

/**
 * The dialog is fetched when somebody wants it.
 * @param {Omit<NewView, 'name'>} view
 */
async function nameView(view) {
	try {
		return await (await fetched(import('./view-name.js'))).nameView(view);
	} catch (error) {
		showToast(told(asProblem(error)));
		return null;
	}
}

/** The views of one list. */
export class SavedViews {
	/**
	 * @param {NewView['list']} screen
	 * @param {import('../lib/table-state.js').TableOffer} offer
	 * @param {import('./screen.js').Screen} list above which they stand
	 */
	constructor(screen, offer, list) {
		this.screen = screen;
		this.offer = offer;
		this.list = list;
	}

	/** @param {TableState} state */
	async save(state) {
		const query = String(toQuery(changed(state, {})));
		const view = await nameView({ list: this.screen, query });

		if (view) {
			keepViews([...keptViews(), view].sort((a, b) => a.name.localeCompare(b.name)));
			showToast(t('views.saved', { name: view.name }));
			this.list.draw();
		}
	}

	/** @param {SavedView} view */
	async remove(view) {
		const { id, name } = view;

		if (!await confirm({ title: t('views.delete_title'), text: t('views.delete_text', { name }),
			yes: t('views.delete') })) {
			return;
		}
		try {
			await call('DELETE', `profile/views/${id}`);
		} catch (error) {
			if (asProblem(error).status !== 404) {
				showToast(t('views.delete_failed', { name }));
				return;
			}
		}
		keepViews(keptViews().filter((one) => one.id !== id));
		this.list.draw();
		if (this.list.isOpen) {
			document.getElementById('save-view')?.focus();
		}
	}

	/** @param {SavedView} view @param {TableState} state */
	item(view, state) {
		const shown = sameRows(readState(new URLSearchParams(view.query), this.offer), state);

		return html`<li class="view-item">
			<a class="view-link" href="./?p=${this.screen}&${view.query}"
				aria-current=${shown ? 'page' : nothing}>${view.name}</a>
			<button type="button" class="button small view-delete"
				aria-label=${t('views.delete_named', { name: view.name })}
				@click=${() => this.remove(view)}>${icons.cross}</button>
		</li>`;
	}

	/** @param {TableState} state */
	links(state) {
		const views = keptViews().filter(({ list }) => list === this.screen);

		return views.length === 0 ? nothing : html`<nav aria-label=${t('views.title')}>
			<ul class="views">${views.map((view) => this.item(view, state))}</ul></nav>`;
	}

	/** @param {TableState} state */
	button(state) {
		return html`<button type="button" class="button small" id="save-view"
			@click=${() => this.save(state)}>${t('views.save')}</button>`;
	}
}
