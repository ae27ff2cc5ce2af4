/* A list with nothing in it yet, and how something comes to be there. */
import { html } from '../core/html.js';

/**
 * @param {string} text
 * @param {[address: string, word: string][]} ways
 */
export function emptyList(text, ways) {
	return html`${text}<span class="head-links">${ways.map(([address, word]) =>
		html`<a class="button" href=${address}>${word}</a>`)}</span>`;
}
