/*
 * A link with which somebody chooses a password: the choice of it on a form, and the link itself,
 * which the server shows once and the page keeps nowhere.
 */
import { checkField, field } from './field.js';
import { html } from '../core/html.js';
import { icons } from './icons.js';
import { passwordField } from './password-field.js';
import { passwordProblem } from '../lib/validate.js';
import { showToast } from './toast.js';
import { t } from '../core/i18n.js';

/** @typedef {{email: string, link: string}} Linked */
/** @typedef {import('../records.js').Session['features']} Features */

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
 * The password, and beneath it the choice of a link in its place. A password that was typed before
 * stays for the case that the reader goes back.
 * @param {import('./form.js').Form<any>} form
 * @param {Features} features
 */
export function credentialsFields(form, { password_min: least, credentials_hours: hours }) {
	return html`
		${passwordField(form, { label: t('user.password'), disabled: form.values.link,
			hint: t('user.password_hint', { count: least }) })}
		${checkField(form, 'link', { label: t('user.link'),
			hint: t('user.link_hint', { count: hours }) })}`;
}

/**
 * @param {import('./form.js').Form<any>} form
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

/** Selected first: where the browser does not let us copy, the reader can. */
async function copy() {
	const input = /** @type {HTMLInputElement} */ (document.getElementById('field-given'));

	input.select();
	try {
		await navigator.clipboard.writeText(input.value);
		showToast(t('link.copied'));
	} catch {
		showToast(t('link.not_copied')); // only pages over https may
	}
}

/**
 * @param {Linked} user
 * @param {Features} features
 * @param {string} back where Done leads
 */
export function givenLink({ email, link }, { credentials_hours: hours }, back) {
	return html`<section class="card form">
		<p class="field">${t('link.text', { email, count: hours })}</p>
		${field(/** @type {any} */ ({ errors: {}, scope: '' }), 'given', { label: t('link.label'),
			hint: t('link.once') }, html`<div class="password-row">
			<input class="input" id="field-given" readonly autocomplete="off" .value=${link}
				aria-describedby="hint-given">
			<button type="button" class="button" @click=${copy}>${icons.copy}
				${t('link.copy')}</button>
		</div>`)}
		<div class="form-buttons"><a class="button primary" href=${back}>${t('link.done')}</a></div>
	</section>`;
}
