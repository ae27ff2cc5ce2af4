/* A password that somebody chooses for themselves: twice, hidden or shown, or generated. */
import { html } from '../core/html.js';
import { onlyWrong } from '../lib/validate.js';
import { passwordLine, passwordType, showPassword } from './password-field.js';
import { t } from '../core/i18n.js';
import { textField } from './field.js';

export const NO_PASSWORD = { password: '', again: '', show: false };

/**
 * The form's values hold what NO_PASSWORD does. A generated one need not be typed again.
 * @param {import('./form.js').Form<any>} form
 * @param {number} least characters; only for the hint, the server decides
 */
export function newPasswordFields(form, least) {
	return html`
		${passwordLine(form, { label: t('new_password.password'),
			hint: t('new_password.hint', { least }),
			generated: (made) => form.set('again', made) })}
		${textField(form, 'again', { label: t('new_password.again'), type: passwordType(form),
			autocomplete: 'new-password' })}
		${showPassword(form)}`;
}

/** @param {Record<string, any>} values */
export function newPasswordProblems({ password, again }) {
	return onlyWrong({
		password: password ? '' : 'password.missing',
		again: password === again ? '' : 'password.differs',
	});
}
