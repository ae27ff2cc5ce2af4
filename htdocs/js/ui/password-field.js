/*
 * A new password: Generate at its right, Show password beneath it, and a copy button to take it
 * elsewhere. It stays hidden until somebody asks to see it.
 */
import { copyText } from './copy.js';
import { field, textInput } from './field.js';
import { generatePassword } from '../lib/password.js';
import { html, live } from '../core/html.js';
import { icons } from './icons.js';
import { t } from '../core/i18n.js';

/** @typedef {import('./form.js').Form<any>} Form */

/** @param {Form} form whose value "show" says whether passwords are shown */
export function passwordType(form) {
	return form.values.show ? 'text' : 'password';
}

/**
 * The line of the value "password", with its buttons.
 * @param {Form} form
 * @param {{label: string, hint: string, disabled?: boolean,
 *     generated?: (password: string) => void}} options generated: what else a made one fills
 */
export function passwordLine(form, options) {
	const { password } = form.values;
	const generate = () => {
		const made = generatePassword();

		form.set('password', made);
		options.generated?.(made);
	};

	return field(form, 'password', options, html`<div class="password-row">
		${textInput(form, 'password', { ...options, type: passwordType(form),
			autocomplete: 'new-password' })}
		<button type="button" class="button" ?disabled=${options.disabled} @click=${generate}>
			${t('password.generate')}</button>
		<button type="button" class="button" ?disabled=${!password || options.disabled}
			@click=${() => copyText(password, t('password.copied'), t('password.not_copied'))}>
			${icons.copy} ${t('password.copy')}</button>
	</div>`);
}

/** @param {Form} form */
export function showPassword(form) {
	const id = `${form.scope}show-password`;

	return html`<div class="field check">
		<input type="checkbox" id=${id} .checked=${live(form.values.show)}
			@change=${(/** @type {Event} */ event) => form.set('show',
		/** @type {HTMLInputElement} */ (event.target).checked)}>
		<label for=${id}>${t('password.show')}</label>
	</div>`;
}
