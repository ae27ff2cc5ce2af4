/*
 * Chance that can be had again: all of it comes from one number, SEED, which a test prints, so that
 * what it found is found once more.
 */

export class Random {
	/** @param {number} seed a whole number; mulberry32, which is enough to choose among cases */
	constructor(seed) {
		this.state = seed >>> 0;
	}

	/** A whole number from 0 to just below the limit. */
	below(limit) {
		this.state = (this.state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);

		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32 * limit);
	}

	/** True so many times of a hundred. */
	percent(share) {
		return this.below(100) < share;
	}

	pick(list) {
		return list[this.below(list.length)];
	}

	/** Some of the list, in its order; each is in or out by half. */
	some(list, share = 50) {
		return list.filter(() => this.percent(share));
	}
}

/** The seed of this run: that of the environment, or always the same. */
export function seedOfRun() {
	const seed = Number(process.env.SEED ?? 1);

	if (!Number.isSafeInteger(seed)) {
		throw new Error(`SEED is no whole number: ${process.env.SEED}`);
	}
	return seed;
}
