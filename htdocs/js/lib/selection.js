/*
 * Which rows of a list are chosen: some by hand, on one page or several, or, by a step of its own,
 * all that match. Rows chosen by hand are remembered whole, so that they can be named later.
 */

/** @template {{id: number}} T */
export class Selection {
	constructor() {
		/** @type {Map<number, T>} */
		this.rows = new Map();
		this.all = false;
	}

	clear() {
		this.rows.clear();
		this.all = false;
	}

	/** @param {T} row */
	has(row) {
		return this.all || this.rows.has(row.id);
	}

	/**
	 * One row less than all that match is a choice by hand: of those that are seen.
	 * @param {T} row
	 * @param {boolean} on
	 * @param {T[]} seen
	 */
	toggle(row, on, seen) {
		if (this.all) {
			this.all = false;
			this.toggleAll(seen, true);
		}
		if (on) {
			this.rows.set(row.id, row);
		} else {
			this.rows.delete(row.id);
		}
	}

	/**
	 * @param {T[]} seen
	 * @param {boolean} on
	 */
	toggleAll(seen, on) {
		this.all = false;
		for (const row of seen) {
			if (on) {
				this.rows.set(row.id, row);
			} else {
				this.rows.delete(row.id);
			}
		}
	}

	/** @param {T[]} seen @returns {'none' | 'some' | 'all'} how many of them are chosen */
	state(seen) {
		const count = seen.filter((row) => this.has(row)).length;

		if (count === 0) {
			return 'none';
		}
		return count === seen.length ? 'all' : 'some';
	}
}
