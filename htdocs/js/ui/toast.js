/*
 * Short messages in a corner, in a live region. They leave by themselves, but never while the
 * pointer or the focus rests on them.
 */
import { byId } from './page.js';

const STAYS = 8000;

/** @param {HTMLElement} toast */
function leaveInTime(toast) {
	let timer = 0;
	const wait = () => {
		clearTimeout(timer);
		timer = setTimeout(() => toast.remove(), STAYS);
	};

	toast.addEventListener('pointerenter', () => clearTimeout(timer));
	toast.addEventListener('pointerleave', wait);
	toast.addEventListener('focusin', () => clearTimeout(timer));
	toast.addEventListener('focusout', wait);
	wait();
}

/** @param {string} text */
export function showToast(text) {
	const toast = document.createElement('p');

	toast.className = 'toast';
	toast.textContent = text;
	byId('toasts').append(toast);
	leaveInTime(toast);
}
