/*
 * Views of a list that the reader keeps: links above the table, each the plain address, so that it
 * opens in a new tab or goes to a colleague. The server keeps them, so they are there on every
 * device.
 */
import { asProblem } from './explain.js';
import { call } from '../core/api.js';
import { changed, readState, sameRows, toQuery } from '../lib/table-state.js';
import { confirm } from './confirm.js';
import { errorSummary, Form, saveButton } from './form.js';
import { html, nothing, render } from '../core/html.js';
import { icons } from './icons.js';
import { showToast } from './toast.js';
import { t } from '../core/i18n.js';
import { textField } from './field.js';

/** @typedef {import('../records.js').SavedView} SavedView */
/** @typedef {import('../records.js').Paths['POST']['profile/views']['body']} NewView */
/** @typedef {import('../lib/table-state.js').TableState} TableState */

/**
 * Of all lists, for as long as the page lives; null before they were read.
 * @type {SavedView[] | null}
 */
let kept = null;

/** Asks for the name of a new view. */
class NameDialog {
	/** @param {Omit<NewView, 'name'>} view */
	constructor(view) {
		this.view = view;
		/** @type {SavedView | null} */
		this.saved = null;
		this.form = new Form({ name: '' }, () => this.draw());
		this.dialog = document.createElement('dialog');
		this.dialog.className = 'dialog';
		this.dialog.setAttribute('aria-labelledby', 'view-title');
	}

	/** @returns {Promise<SavedView | null>} null: thought better of */
	ask() {
		this.draw();
		document.body.append(this.dialog);
		this.dialog.showModal();
		document.getElementById('field-name')?.focus();
		return new Promise((resolve) => {
			this.dialog.addEventListener('close', () => {
				this.dialog.remove();
				resolve(this.saved);
			});
		});
	}

	/** @param {Event} event */
	async save(event) {
		event.preventDefault();
		await this.form.save({}, async () => {
			const body = { ...this.view, ...this.form.values };

			this.saved = (await call('POST', 'profile/views', { body })).data;
		});
		if (this.saved) {
			this.dialog.close();
		}
	}

	draw() {
		const { form } = this;

		render(html`<form class="dialog-form" novalidate
			@submit=${(/** @type {Event} */ event) => this.save(event)}>
			<h2 id="view-title">${t('views.save_title')}</h2>
			${errorSummary(form)}
			${textField(form, 'name', { label: t('views.name'), hint: t('views.name_hint') })}
			<div class="dialog-buttons">
				<button type="button" class="button" @click=${() => this.dialog.close()}>
					${t('action.cancel')}</button>
				${saveButton(form, t('action.save'))}
			</div>
		</form>`, this.dialog);
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

	/** A list works without its views: those that cannot be read are asked for another time. */
	async load() {
		if (kept) {
			return;
		}
		try {
			kept = (await call('GET', 'profile/views')).data.items;
			this.list.draw();
		} catch (error) {
			asProblem(error);
		}
	}

	/** @param {TableState} state */
	async save(state) {
		const view = await new NameDialog({ list: this.screen,
			query: String(toQuery(changed(state, {}))) }).ask();

		if (view) {
			kept = [...kept ?? [], view].sort((a, b) => a.name.localeCompare(b.name));
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
		kept = (kept ?? []).filter((one) => one.id !== id);
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
		const views = (kept ?? []).filter(({ list }) => list === this.screen);

		return views.length === 0 ? nothing : html`<nav aria-label=${t('views.title')}>
			<ul class="views">${views.map((view) => this.item(view, state))}</ul></nav>`;
	}

	/** @param {TableState} state */
	button(state) {
		return html`<button type="button" class="button small" id="save-view"
			@click=${() => this.save(state)}>${t('views.save')}</button>`;
	}
}
