/* What every screen tells the reader about itself: the title and short announcements. */
import { t } from '../core/i18n.js';

let product = '';

/** @param {string} name as the installation calls itself */
export function setProduct(name) {
	product = name;
}

/**
 * @param {string} title
 * @param {{wrong?: boolean}} [state] wrong: the screen shows an error summary
 */
export function setTitle(title, { wrong = false } = {}) {
	document.title = `${wrong ? t('page.error_prefix') : ''}${title} – ${product}`;
}

/**
 * Said by a screen reader when it has a moment; nothing is seen.
 * @param {string} text
 */
export function announce(text) {
	byId('announcement').textContent = text;
}

/**
 * @param {string} id of an element that must be there
 * @returns {HTMLElement}
 */
export function byId(id) {
	const element = document.getElementById(id);

	if (!element) {
		throw new Error(`no element #${id}`);
	}
	return element;
}
