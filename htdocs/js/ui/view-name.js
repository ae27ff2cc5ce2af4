/* Asks for the name of a view that is to be kept, and keeps it. */
import { call } from '../core/api.js';
import { errorSummary, Form, saveButton } from './form.js';
import { html, render } from '../core/html.js';
import { t } from '../core/i18n.js';
import { textField } from './field.js';

/** @typedef {import('../records.js').SavedView} SavedView */
/** @typedef {import('../records.js').Paths['POST']['profile/views']['body']} NewView */

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

/**
 * @param {Omit<NewView, 'name'>} view
 * @returns {Promise<SavedView | null>} null: thought better of
 */
export function nameView(view) {
	return new NameDialog(view).ask();
}
