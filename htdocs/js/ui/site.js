/* How an installation looks: its colour, and its picture or its name in words. */
import { html } from '../core/html.js';

/** @typedef {import('../records.js').Site} Site */

/**
 * Gives the page the colour of the installation. What it is told of before anything is drawn does
 * not change under somebody's eyes. A property that a script sets is no inline style to the policy.
 * @param {Pick<Site, 'accent' | 'accent_dark'>} site
 */
export function wearAccent({ accent, accent_dark: dark }) {
	if (accent) {
		document.documentElement.style.setProperty('--accent', `light-dark(${accent}, ${dark})`);
	}
}

/**
 * The picture says the name to whoever does not see it, and to all while it is not there.
 * @param {Pick<Site, 'name' | 'logo'>} site
 */
export function siteMark({ name, logo }) {
	return logo ? html`<img class="logo" src=${logo} alt=${name}>` : html`<bdi>${name}</bdi>`;
}
