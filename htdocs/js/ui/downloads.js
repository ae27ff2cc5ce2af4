/* A browser that downloads a file cannot ask for a proof on the way: the click on its link does. */
import { asProblem } from './explain.js';
import { call } from '../core/api.js';
import { showToast } from './toast.js';
import { told } from './told.js';

/** @param {HTMLAnchorElement} link */
async function download(link) {
	try {
		await call('GET', 'session/proof');
		const copy = /** @type {HTMLAnchorElement} */ (link.cloneNode());

		copy.click(); // is not in the document, so nobody asks once more
	} catch (error) {
		showToast(told(asProblem(error)));
	}
}

/** From now on what is downloaded from the API is asked for when the proof has been given. */
export function proveBeforeDownloads() {
	document.addEventListener('click', (event) => {
		const target = /** @type {Element} */ (event.target);
		const link = target.closest('a[download][href^="api/"]');

		if (link instanceof HTMLAnchorElement && !event.defaultPrevented) {
			event.preventDefault();
			download(link);
		}
	});
}
