/* A password that somebody chooses for themselves: twice, hidden or shown. */
import { html, live } from '../core/html.js';
import { onlyWrong } from '../lib/validate.js';
import { t } from '../core/i18n.js';
import { textField } from './field.js';

export const NO_PASSWORD = { password: '', again: '', show: false };

/**
 * The form's values hold what NO_PASSWORD does.
 * @param {import('./form.js').Form<any>} form
 * @param {number} least characters; only for the hint, the server decides
 */
export function newPasswordFields(form, least) {
	const { show } = form.values;

	return html`
		${['password', 'again'].map((name) => textField(form, name, {
			label: t(`new_password.${name}`),
			type: show ? 'text' : 'password',
			autocomplete: 'new-password',
			hint: name === 'password' ? t('new_password.hint', { least }) : '',
		}))}
		<div class="field check">
			<input type="checkbox" id="${form.scope}show-password" .checked=${live(show)}
				@change=${(/** @type {Event} */ event) => form.set('show',
		/** @type {HTMLInputElement} */ (event.target).checked)}>
			<label for="${form.scope}show-password">${t('password.show')}</label>
		</div>`;
}

/** @param {Record<string, any>} values */
export function newPasswordProblems({ password, again }) {
	return onlyWrong({
		password: password ? '' : 'password.missing',
		again: password === again ? '' : 'password.differs',
	});
}
