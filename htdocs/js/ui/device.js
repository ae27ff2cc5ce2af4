/* A user agent in words, with what it really said where the reader looks for it. */
import { deviceOf } from '../lib/device.js';
import { html } from '../core/html.js';
import { t } from '../core/i18n.js';

/** @param {string} userAgent */
export function deviceWords(userAgent) {
	const { browser, system } = deviceOf(userAgent);
	const words = browser && system ? t('device.both', { browser, system })
		: browser || system || t('device.unknown');

	return html`<span title=${userAgent}>${words}</span>`;
}
