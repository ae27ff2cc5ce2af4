/*
 * A screen with a form, about a record that exists or one that is to be made. A form that is
 * refused loses nothing; leaving one that is not saved asks first.
 */
import { errorSummary, Form } from './form.js';
import { RecordScreen } from './record-screen.js';

/**
 * A screen says what is wrong with the values, and how they are sent.
 * @template {Record<string, any>} Values
 * @template {import('../core/api.js').Noun | ''} [Of='']
 * @extends {RecordScreen<Of>}
 */
export class FormScreen extends RecordScreen {
	/**
	 * @param {Values | {}} values of the form, to begin with; {} before a record is read
	 * @param {Of} [list] path of the list that the record is in; none when none is read
	 */
	constructor(values, list = /** @type {Of} */ ('')) {
		super(list);
		this.form = new Form(/** @type {Values} */ (values), () => this.draw(),
			{ left: this.left });
	}

	/** @returns {Record<string, string>} field to key, as a look at the values finds it */
	problems() {
		return {};
	}

	async send() {}

	/** @param {Event} event */
	submit(event) {
		event.preventDefault();
		return this.form.save(this.problems(), () => this.send());
	}

	/** The summary of a refused save. */
	summary() {
		return errorSummary(this.form);
	}

	get isWrong() {
		return this.form.refused;
	}

	isDirty() {
		return this.form.isDirty();
	}
}
