/*
 * What a screen, or a part of one, asks the server for in order to show it. Of several questions
 * only the last one has an answer, and none has when the screen has been left.
 */
import { asProblem } from './explain.js';

/** @typedef {import('../core/api.js').Problem} Problem */

export class Question {
	#asking = new AbortController();
	#left;

	/** @param {AbortSignal} left aborted when the screen is left */
	constructor(left) {
		this.#left = left;
	}

	/**
	 * @param {(signal: AbortSignal) => Promise<void>} read asks; aborted when nobody waits any more
	 * @param {(problem: Problem | null) => void} show is called with what kept it from being read
	 */
	async ask(read, show) {
		this.#asking.abort();
		this.#asking = new AbortController();
		const signal = AbortSignal.any([this.#asking.signal, this.#left]);
		const problem = await read(signal).then(() => null,
			(error) => signal.aborted ? null : asProblem(error));

		if (!signal.aborted) {
			show(problem);
		}
	}
}
