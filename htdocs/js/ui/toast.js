/*
 * What has just been done, said in a live region where no control stands: the newest alone. It
 * leaves by itself, but never while the pointer or the focus rests on it, and when somebody closes
 * it. Where the browser loads the next page whole, it is said there.
 */
import { byId } from './page.js';
import { html, render } from '../core/html.js';
import { icons } from './icons.js';
import { t } from '../core/i18n.js';

const STAYS = 8000;
const KEPT = `backoffice:${new URL('.', document.baseURI).pathname}:toast`;

/** When the one that is shown leaves, in milliseconds since 1970. */
let leaves = 0;

/**
 * @param {HTMLElement} toast
 * @param {number} stays in milliseconds
 */
function leaveInTime(toast, stays) {
	let timer = 0;
	const wait = () => {
		clearTimeout(timer);
		leaves = Date.now() + stays;
		timer = setTimeout(() => toast.remove(), stays);
	};

	toast.addEventListener('pointerenter', () => clearTimeout(timer));
	toast.addEventListener('pointerleave', wait);
	toast.addEventListener('focusin', () => clearTimeout(timer));
	toast.addEventListener('focusout', wait);
	wait();
}

/**
 * @param {unknown} text
 * @param {number} [stays] in milliseconds
 */
export function showToast(text, stays = STAYS) {
	const toast = document.createElement('div');

	toast.className = 'toast';
	render(html`<p>${text}</p><button type="button" class="toast-close"
		aria-label=${t('action.close')} @click=${() => toast.remove()}>${icons.cross}</button>`,
	toast);
	byId('toasts').replaceChildren(toast);
	leaveInTime(toast, stays);
}

/** A browser that keeps nothing for this page says it once at most. @param {() => void} act */
function atBest(act) {
	try {
		act();
	} catch {
		// nothing was promised
	}
}

/**
 * Says what the page before had no time for, for as long as it had left; from now on, hands such
 * to the next one.
 */
export function carryToasts() {
	atBest(() => {
		const { text, left } = JSON.parse(sessionStorage.getItem(KEPT) ?? '{}');

		sessionStorage.removeItem(KEPT);
		if (text && left > 0) {
			showToast(text, left);
		}
	});
	addEventListener('pagehide', () => atBest(() => {
		const text = document.querySelector('.toast p')?.textContent;

		if (text) {
			sessionStorage.setItem(KEPT, JSON.stringify({ text, left: leaves - Date.now() }));
		}
	}));
}

/** What was said to one person is not for the next one. */
export function dropToasts() {
	byId('toasts').replaceChildren();
}
