/* Small drawings beside words; never the only carrier of a meaning. */
import { html } from '../core/html.js';

/** @param {string} path */
function icon(path) {
	return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
		<path d=${path}></path></svg>`;
}

export const icons = {
	down: icon('M4 6l4 4 4-4'),
	menu: icon('M2 4h12M2 8h12M2 12h12'),
	users: icon('M6 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM1.5 13c.4-2.5 2-3.7 4.5-3.7s4.1 1.2 '
		+ '4.5 3.7M10.5 3.2a2.3 2.3 0 0 1 0 4.6M12 9.6c1.5.4 2.3 1.5 2.5 3.4'),
	groups: icon('M3 4.5h4v4H3zM9 4.5h4v4H9zM6 10.5h4v4H6z'),
	person: icon('M8 7.5a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4zM2.5 14c.5-3 2.4-4.5 '
		+ '5.5-4.5s5 1.5 5.5 4.5'),
	shield: icon('M8 1.5l5 2v4c0 3.3-2 5.6-5 7-3-1.4-5-3.7-5-7v-4zM8 5v3M8 10.4v.1'),
	rooms: icon('M4 14V2h8v12M2 14h12M9.5 8v.1'),
	sessions: icon('M2 3h12v8H2zM5.5 14h5M8 11v3'),
	audit: icon('M3.5 2h9v12h-9zM6 5.5h4M6 8h4M6 10.5h2.5'),
	edit: icon('M3 13l.7-3L11 2.7 13.3 5 6 12.3zM9.5 4.2l2.3 2.3'),
	view: icon('M1.5 8C3 5.2 5.2 3.8 8 3.8s5 1.4 6.5 4.2c-1.5 2.8-3.7 4.2-6.5 4.2S3 10.8 1.5 8z'
		+ 'M8 9.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6z'),
	cross: icon('M4 4l8 8M12 4l-8 8'),
	search: icon('M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.5 10.5L14 14'),
	copy: icon('M6 6h7v7H6zM3 10V3h7'),
	mail: icon('M2 4h12v8.5H2zM2.5 4.5L8 9l5.5-4.5'),
	language: icon('M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM1.5 8h13M8 1.5c2 2 2.8 4 2.8 6.5'
		+ 'S10 12.5 8 14.5C6 12.5 5.2 10.5 5.2 8S6 3.5 8 1.5'),
	ascending: icon('M8 13V3M4.5 6.5L8 3l3.5 3.5'),
	descending: icon('M8 3v10M4.5 9.5L8 13l3.5-3.5'),
};
