/*
 * In place of a screen whose module could not be fetched: the server is away, or has a newer page
 * since this one was loaded. As soon as the server answers, the page is loaded anew.
 */
import { call, Problem } from '../core/api.js';
import { loadAnew } from '../core/router.js';
import { Screen } from '../ui/screen.js';

export class NotThere extends Screen {
	/** @param {boolean} isFirst the page is new: loading it anew by itself might never end */
	constructor(isFirst) {
		super();
		this.isFirst = isFirst;
	}

	async read() {
		await call('GET', 'session');
		if (this.isFirst) {
			this.isFirst = false;
			throw new Problem(0, 'network');
		}
		loadAnew();
	}
}
