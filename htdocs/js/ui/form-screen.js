/* What the screens with a form share: reading, what is unsaved, and leaving. */
import { asProblem } from './explain.js';
import { Form } from './form.js';

/**
 * A screen has draw(), and read() where it fetches something first.
 * @template {Record<string, any>} Values
 */
export class FormScreen {
	/** @param {Values} values of the form, to begin with */
	constructor(values) {
		this.form = new Form(values, () => this.draw());
		/** @type {import('../core/api.js').Problem | null} what kept the screen from being read */
		this.problem = null;
	}

	draw() {}

	async read() {}

	async load() {
		try {
			await this.read();
			this.problem = null;
		} catch (error) {
			this.problem = asProblem(error);
		}
		this.draw();
	}

	isDirty() {
		return this.form.isDirty();
	}

	/** An answer that comes late must not draw over the next screen. */
	close() {
		this.draw = () => {};
	}
}
