/*
 * The enrolment of an authenticator app, on the page of one's account and at signing in: the QR
 * code and the key, the first code, and the recovery codes, which are shown once.
 */
import { copyText } from './copy.js';
import { html, nothing } from '../core/html.js';
import { icons } from './icons.js';
import { qrCode } from '../core/qr.js';
import { saveFile } from './save-file.js';
import { t } from '../core/i18n.js';
import { textField } from './field.js';

const EDGE = 4; // empty squares around a QR code, or no camera finds it

/**
 * @typedef {object} Enrolment
 * @property {string} secret
 * @property {import('../core/qr.js').QrCode | null} picture none when it could not be drawn
 */

/**
 * Without the library the key can still be typed.
 * @param {{secret: string, uri: string}} answer of the server
 * @returns {Promise<Enrolment>}
 */
export async function readEnrolment({ secret, uri }) {
	return { secret, picture: await qrCode(uri).catch(() => null) };
}

/** @param {import('../core/qr.js').QrCode} picture */
function qrTemplate({ size, path }) {
	const side = size + 2 * EDGE;

	return html`<svg class="qr" viewBox="${-EDGE} ${-EDGE} ${side} ${side}" role="img"
		aria-label=${t('totp.picture')}><path d=${path}></path></svg>`;
}

/** @param {string} code */
export function codeProblem(code) {
	return code.trim() ? '' : 'code.required';
}

/**
 * @param {import('./form.js').Form<any>} form
 * @param {{label: string, hint?: string}} options
 */
export function codeField(form, options) {
	return textField(form, 'code', { ...options, autocomplete: 'one-time-code' });
}

/**
 * What to scan or type, and the field for the first code, which is the value "code" of the form.
 * @param {import('./form.js').Form<any>} form
 * @param {Enrolment} enrolment
 */
export function enrolmentFields(form, { secret, picture }) {
	return html`
		<p class="field">${t('totp.scan')}</p>
		${picture ? qrTemplate(picture) : nothing}
		<p class="field">${t('totp.key')}
			<code class="key" dir="ltr">${secret.match(/.{1,4}/g)?.join(' ')}</code></p>
		${codeField(form, { label: t('totp.first_code'), hint: t('totp.first_code_hint') })}`;
}

/** @param {string[]} codes */
export function recoveryCodes(codes) {
	const text = codes.join('\n');

	return html`
		<p class="field">${t('totp.codes_text', { count: codes.length })}</p>
		<ol class="codes field">${codes.map((code) =>
			html`<li><code dir="ltr">${code}</code></li>`)}</ol>
		<p class="field with-button">
			<button type="button" class="button" @click=${() => copyText(text, t('totp.copied'),
		t('totp.not_copied'))}>${icons.copy} ${t('totp.copy')}</button>
			<button type="button" class="button"
				@click=${() => saveFile(`${text}\n`, 'recovery-codes.txt', 'text/plain')}>
				${t('totp.download')}</button>
			<button type="button" class="button" @click=${() => print()}>
				${t('totp.print')}</button></p>`;
}
