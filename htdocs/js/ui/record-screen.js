/* A screen about one record of the API, which the address names by its number. */
import { call } from '../core/api.js';
import { Screen } from './screen.js';

/**
 * @template R
 */
export class RecordScreen extends Screen {
	/** @param {string} [list] path of the list that the record is in; "" when none is read */
	constructor(list = '') {
		super();
		this.list = list;
		this.id = 0;
		/** @type {R | null} as the server has it */
		this.record = null;
		/** The version that a change rests on. */
		this.etag = '';
	}

	get path() {
		return `${this.list}/${this.id}`;
	}

	/** @param {URLSearchParams} params */
	readAddress(params) {
		this.id = Number(params.get('id'));
	}

	/** @param {AbortSignal} signal */
	async read(signal) {
		if (this.list) {
			this.take(await call('GET', this.path, { signal }));
		}
	}

	/** @param {{data: R, etag: string}} answer */
	take({ data, etag }) {
		this.record = data;
		this.etag = etag;
	}
}
