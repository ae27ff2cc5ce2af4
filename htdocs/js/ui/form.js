/*
 * What all forms share: the values, what is wrong with them, one save at a time, and the rule that
 * a refused save loses nothing.
 */
import { asProblem, explainFieldOf } from './explain.js';
import { fieldId } from './field.js';
import { html, nothing } from '../core/html.js';
import { t } from '../core/i18n.js';
import { told } from './told.js';

/**
 * @template {Record<string, any>} Values
 */
export class Form {
	/**
	 * @param {Values} values to begin with
	 * @param {() => void} redraw
	 * @param {{scope?: string, left?: AbortSignal}} [options] scope: before the ids of what is
	 *     drawn, in a dialog over another form; left: aborted when the form is seen no more
	 */
	constructor(values, redraw, { scope = '', left } = {}) {
		this.redraw = redraw;
		this.scope = scope;
		this.left = left;
		this.saving = false;
		/** @type {Record<string, string>} field to key */
		this.errors = {};
		/** @type {import('../core/api.js').Problem['places']} */
		this.places = {};
		/** Of a file: where something is wrong. */
		this.line = 0;
		/** @type {import('../core/api.js').Problem | null} */
		this.problem = null;
		this.values = values;
		this.saved = values;
	}

	/**
	 * Values as the server has them now.
	 * @param {Values} values
	 */
	reset(values) {
		this.values = values;
		this.saved = values;
		this.errors = {};
		this.problem = null;
	}

	/**
	 * @param {keyof Values} name
	 * @param {any} value
	 */
	set(name, value) {
		this.values = { ...this.values, [name]: value };
		this.redraw();
	}

	isDirty() {
		return JSON.stringify(this.values) !== JSON.stringify(this.saved);
	}

	get refused() {
		return this.problem !== null || Object.keys(this.errors).length > 0;
	}

	/**
	 * Checks, then sends; a second call while one is under way does nothing.
	 * @param {Record<string, string>} wrong what a look at the values has found
	 * @param {() => Promise<void>} send
	 */
	async save(wrong, send) {
		if (this.saving) {
			return;
		}
		this.errors = wrong;
		this.places = {};
		this.problem = null;
		if (!this.refused) {
			await this.#send(send);
		}
		this.redraw();
		if (this.refused && !this.left?.aborted) {
			document.getElementById(`${this.scope}summary`)?.focus();
		}
	}

	/** @param {() => Promise<void>} send */
	async #send(send) {
		this.saving = true;
		this.redraw();
		try {
			await send();
		} catch (error) {
			const problem = asProblem(error);

			this.errors = problem.errors;
			this.places = problem.places;
			this.line = problem.line;
			this.problem = Object.keys(problem.errors).length > 0 ? null : problem;
		} finally {
			this.saving = false;
		}
	}
}

/**
 * @param {Event} event
 * @param {string} id
 */
function focusField(event, id) {
	event.preventDefault();
	document.getElementById(id)?.focus();
}

/**
 * Every error as a link to its field; errors of things that the form does not show as plain text.
 * @param {Form<any>} form
 */
function errorItems(form) {
	return Object.keys(form.errors).map((name) => {
		const text = explainFieldOf(form, name);
		const id = fieldId(name, form);

		return html`<li>${document.getElementById(id)
			? html`<a href="#${id}" @click=${(/** @type {Event} */ event) => focusField(event, id)}>
				${text}</a>`
			: text}</li>`;
	});
}

/**
 * The summary of a refused save; it takes the focus. The alert is inside the focused box, because
 * some screen readers read an alert that is itself focused only in part.
 * @param {Form<any>} form
 */
export function errorSummary(form) {
	if (!form.refused || form.saving) {
		return nothing;
	}
	return html`<div class="summary" id="${form.scope}summary" tabindex="-1"><div role="alert">
		<h2>${t('form.refused')}</h2>
		<ul>
			${form.problem ? html`<li>${told(form.problem)}</li>` : nothing}
			${errorItems(form)}
		</ul>
	</div></div>`;
}

/**
 * A save button that keeps the focus while it waits.
 * @param {Form<any>} form
 * @param {string} label
 */
export function saveButton(form, label) {
	return html`<button class="button primary" aria-disabled=${form.saving}
		aria-busy=${form.saving}>${label}</button>`;
}
