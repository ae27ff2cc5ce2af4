/*
 * "Confirm that it is you": asks for the password or a code over whatever is on the screen, when
 * the server wants a proof before something dangerous. Nothing beneath it changes.
 */
import { call } from '../core/api.js';
import { codeField, codeProblem } from './totp.js';
import { errorSummary, Form, saveButton } from './form.js';
import { html, nothing, render } from '../core/html.js';
import { makeDialog, showDialog } from './dialog.js';
import { onlyWrong } from '../lib/validate.js';
import { t } from '../core/i18n.js';
import { textField, usernameField } from './field.js';

/** @typedef {import('../records.js').Session['proof_by'][number]} ProofKind */

class Proof {
	/**
	 * @param {ProofKind[]} kinds what the server takes from this person
	 * @param {string} email
	 */
	constructor(kinds, email) {
		this.kinds = kinds;
		this.email = email;
		/** @type {ProofKind} */
		this.kind = 'password';
		this.dialog = makeDialog('proof');
		/** @type {Form<Record<string, string>>} */
		this.form = new Form({ password: '' }, () => this.draw(), { scope: 'proof-' });
	}

	/** @param {ProofKind} kind */
	choose(kind) {
		this.kind = kind;
		this.form.reset({ [kind]: '' });
	}

	/** @returns {Promise<boolean>} whether the proof was given */
	async ask() {
		this.draw();
		return await showDialog(this.dialog) === 'proved';
	}

	/** @param {Event} event */
	submit(event) {
		const { kind, form } = this;
		const value = form.values[kind] ?? '';
		const missing = value ? '' : 'password.missing';

		event.preventDefault();
		return form.save(onlyWrong({ [kind]: kind === 'code' ? codeProblem(value) : missing }),
			async () => {
				await call('POST', 'session/proof', { body: { [kind]: value } });
				this.dialog.close('proved');
			});
	}

	field() {
		return this.kind === 'code' ? codeField(this.form, { label: t('step_up.code') })
			: html`${usernameField(this.email)}
				${textField(this.form, 'password', { label: t('step_up.password'),
			type: 'password', autocomplete: 'current-password' })}`;
	}

	/** The way to the other kind of proof, if there is one. */
	other() {
		const other = this.kinds.find((kind) => kind !== this.kind);
		const change = () => {
			this.choose(other ?? 'password');
			this.draw();
			/** @type {HTMLElement | null} */ (
				this.dialog.querySelector('input:not([hidden])'))?.focus();
		};

		return other ? html`<p><button type="button" class="button small" @click=${change}>
			${t(`step_up.by_${other}`)}</button></p>` : nothing;
	}

	draw() {
		render(html`<form class="dialog-form" novalidate
			@submit=${(/** @type {Event} */ event) => this.submit(event)}>
			<h2 id="proof-title">${t('step_up.title')}</h2>
			<p id="proof-text">${t('step_up.text')}</p>
			${errorSummary(this.form)}
			<div>${this.field()}${this.other()}</div>
			<div class="dialog-buttons">
				<button type="button" class="button" @click=${() => this.dialog.close()}>
					${t('action.cancel')}</button>
				${saveButton(this.form, t('step_up.button'))}
			</div>
		</form>`, this.dialog);
	}
}

/**
 * @returns {Promise<boolean>} whether the server has the proof now
 */
export async function prove() {
	const { data } = await call('GET', 'session');

	return new Proof(data.proof_by, data.user.email).ask();
}
