/* A screen about one record of the API, which the address names by its number. */
import { call } from '../core/api.js';
import { Screen } from './screen.js';

/**
 * @template {import('../core/api.js').Noun | ''} [Of=''] path of the list that the record is in
 */
export class RecordScreen extends Screen {
	/** @param {Of} list "" when no record is read */
	constructor(list) {
		super();
		this.list = list;
		this.id = 0;
		/** @type {import('../core/api.js').RecordOf<Of> | null} as the server has it */
		this.record = null;
		/** The version that a change rests on. */
		this.etag = '';
	}

	get path() {
		return /** @type {`${Of}/${number}`} */ (`${this.list}/${this.id}`);
	}

	/** @param {URLSearchParams} params */
	readAddress(params) {
		this.id = Number(params.get('id'));
	}

	/** @param {AbortSignal} signal */
	async read(signal) {
		if (this.list) {
			const path = /** @type {`users/${number}`} */ (/** @type {string} */ (this.path));

			this.take(/** @type {any} */ (await call('GET', path, { signal })));
		}
	}

	/** @param {{data: import('../core/api.js').RecordOf<Of>, etag: string}} answer */
	take({ data, etag }) {
		this.record = data;
		this.etag = etag;
	}
}
