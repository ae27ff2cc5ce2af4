/*
 * The second factor on Edit user: switched off, on again, or back to codes by mail. What is chosen
 * is done by Save.
 */
import { confirm } from '../ui/confirm.js';
import { html, nothing } from '../core/html.js';
import { notice } from '../ui/notice.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../records.js').TwoFactor} TwoFactor */
/** @typedef {import('../ui/form.js').Form<any>} Form */

/**
 * What can be done about somebody's second factor; all but kind and harmless are keys.
 * @typedef {object} Act
 * @property {'email' | 'disabled'} kind what it becomes
 * @property {string} label
 * @property {string} title of the question before
 * @property {string} text
 * @property {boolean} harmless
 */

/** @type {Act} */
const DISABLE = { kind: 'disabled', label: 'two_factor.disable',
	title: 'two_factor.disable_title', text: 'two_factor.disable_text', harmless: false };

/** @type {Act} */
const ENABLE = { kind: 'email', label: 'two_factor.enable',
	title: 'two_factor.enable_title', text: 'two_factor.enable_text', harmless: true };

/**
 * An app is enrolled by its owner alone; in the place of a lost one there are codes by mail.
 * @type {Act}
 */
const RESET = { kind: 'email', label: 'two_factor.reset',
	title: 'two_factor.reset_title', text: 'two_factor.reset_text', harmless: false };

/** By what it is now. @type {Record<TwoFactor, Act[]>} */
const ACTS = { email: [DISABLE], totp: [RESET, DISABLE], disabled: [ENABLE] };

const PENDING = { email: 'two_factor.pending_email', disabled: 'two_factor.pending' };

/**
 * @param {Form} form
 * @param {Act} act
 */
async function choose(form, { kind, label, title, text, harmless }) {
	const { email } = form.values;

	if (await confirm({ title: t(title), text: t(text, { email }), yes: t(label), harmless })) {
		form.set('two_factor', kind);
	}
}

/**
 * @param {Form} form
 * @param {{mail: boolean}} features of the installation: without mail no code can be sent
 * @returns {import('../ui/menu-button.js').Action[]}
 */
export function twoFactorActions(form, { mail }) {
	return ACTS[/** @type {TwoFactor} */ (form.values.two_factor)].map((act) => ({
		label: t(act.label),
		barred: act.kind === 'email' && !mail ? t('two_factor.no_mail') : '',
		run: () => choose(form, act),
	}));
}

/** What it is, and what Save would make of it. @param {Form} form */
export function twoFactorField(form) {
	const { saved, values } = form;
	const pending = saved.two_factor !== values.two_factor;

	return html`<div class="field">
		<span class="label">${t('user.two_factor')}</span>
		<p>${t(`two_factor.${saved.two_factor}`)}</p>
		${pending ? notice(t(PENDING[/** @type {Act['kind']} */ (values.two_factor)]), {
			action: t('two_factor.keep'),
			run: () => form.set('two_factor', saved.two_factor),
		}) : nothing}
	</div>`;
}
