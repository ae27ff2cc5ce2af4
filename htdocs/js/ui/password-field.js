/*
 * A password that is made for somebody else: Generate at its right, Show password beneath it, and a
 * copy button to hand it over.
 */
import { field, textInput } from './field.js';
import { generatePassword } from '../lib/password.js';
import { html, live } from '../core/html.js';
import { icons } from './icons.js';
import { showToast } from './toast.js';
import { t } from '../core/i18n.js';

/** @param {string} text */
async function copy(text) {
	try {
		await navigator.clipboard.writeText(text);
		showToast(t('password.copied'));
	} catch {
		showToast(t('password.not_copied')); // only pages over https may
	}
}

/**
 * The form's values hold the password in "password" and whether it is shown in "show".
 * @param {import('./form.js').Form<any>} form
 * @param {{label: string, hint: string, disabled?: boolean}} options
 */
export function passwordField(form, options) {
	const { password, show } = form.values;
	const generate = () => {
		form.set('show', true);
		form.set('password', generatePassword());
	};

	return html`${field(form, 'password', options, html`<div class="password-row">
			${textInput(form, 'password', { ...options, type: show ? 'text' : 'password',
				autocomplete: 'new-password' })}
			<button type="button" class="button" ?disabled=${options.disabled}
				@click=${generate}>
				${t('password.generate')}</button>
			<button type="button" class="button" ?disabled=${!password || options.disabled}
				@click=${() => copy(password)}>${icons.copy} ${t('password.copy')}</button>
		</div>`)}
		<div class="field check">
			<input type="checkbox" id="show-password" .checked=${live(show)}
				@change=${(/** @type {Event} */ event) => form.set('show',
		/** @type {HTMLInputElement} */ (event.target).checked)}>
			<label for="show-password">${t('password.show')}</label>
		</div>`;
}
