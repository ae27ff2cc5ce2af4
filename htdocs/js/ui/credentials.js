/*
 * What somebody else is given to sign in with: a password, or a link with which they choose one
 * themselves.
 */
import { checkField, radioField } from './field.js';
import { html } from '../core/html.js';
import { passwordLine, showPassword } from './password-field.js';
import { passwordProblem } from '../lib/validate.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../records.js').Session['features']} Features */
/** @typedef {import('./form.js').Form<any>} Form */

export const NO_CREDENTIALS = { password: '', show: false, link: false, send_to_email: false };

/**
 * The fields of NO_CREDENTIALS as the API takes them: a password or a link.
 * @template {typeof NO_CREDENTIALS} Values
 * @param {Values} values
 */
export function credentialsBody({ show, password, link, ...rest }) {
	return { ...rest, ...link ? { link } : { password } };
}

/**
 * @param {Record<string, any>} values
 * @param {Features} features
 * @returns {string} key, "" when nothing is wrong
 */
export function credentialsProblem({ password, link }, { password_min: least }) {
	return link ? '' : passwordProblem(password, least);
}

/**
 * The password, and beneath it the choice between it and a link. A password that was typed before
 * stays for the case that the reader goes back.
 * @param {Form} form
 * @param {Features} features
 */
export function credentialsFields(form, { password_min: least, credentials_hours: hours }) {
	return html`
		${passwordLine(form, { label: t('user.password'), disabled: form.values.link,
			hint: t('user.password_hint', { count: least }) })}
		${showPassword(form)}
		${radioField(form, 'link', {
			label: t('user.gets'),
			hint: form.values.link ? t('user.link_hint', { count: hours }) : '',
			choices: [
				{ value: false, label: t('user.gets_password'), more: t('user.gets_above') },
				{ value: true, label: t('user.link') },
			],
		})}`;
}

/**
 * @param {Form} form
 * @param {Features} features
 */
export function sendField(form, { mail }) {
	const hint = form.values.link ? 'user.send_link_hint' : 'user.send_to_email_hint';

	return checkField(form, 'send_to_email', {
		label: t('user.send_to_email'),
		hint: t(mail ? hint : 'user.send_to_email_barred'),
		disabled: !mail,
	});
}
