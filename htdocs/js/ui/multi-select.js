/* Several of a list: a button that says what is chosen and opens a list of checkboxes. */
import { describedBy, field, fieldId } from './field.js';
import { html, live, nothing } from '../core/html.js';
import { icons } from './icons.js';
import { groupNames, groupsInShort } from './words.js';
import { showAll, typeToFind } from './type-to-find.js';

/**
 * @typedef {object} Choice
 * @property {number} value
 * @property {string} label
 * @property {string} [barred] why it cannot be chosen
 */

/** In letters: all of a few, and how many more of many. */
const BUTTON_ROOM = 44;

/**
 * @param {import('./form.js').Form<any>} form
 * @param {string} name
 * @param {Choice} choice
 */
function choiceRow(form, name, { value, label, barred }) {
	/** @type {number[]} */
	const chosen = form.values[name];
	const id = `${name}-${value}`;
	const toggle = (/** @type {Event} */ event) => {
		const { checked } = /** @type {HTMLInputElement} */ (event.target);
		const others = chosen.filter((one) => one !== value);

		form.set(name, (checked ? [...others, value] : others).sort((a, b) => a - b));
	};

	return html`<div class="choice" data-find=${label}>
		<input type="checkbox" id=${id} .checked=${live(chosen.includes(value))}
			?disabled=${Boolean(barred) && !chosen.includes(value)} @change=${toggle}
			aria-describedby=${barred ? `${id}-barred` : nothing}>
		<label for=${id}><bdi>${label}</bdi></label>
		${barred ? html`<span class="hint" id="${id}-barred">${barred}</span>` : nothing}
	</div>`;
}

/**
 * @param {import('./form.js').Form<any>} form
 * @param {string} name of a value that is an array of numbers
 * @param {import('./field.js').FieldOptions & {choices: Choice[], none: string}} options
 */
export function multiSelectField(form, name, options) {
	const wrong = name in form.errors;
	/** @type {number[]} */
	const chosen = form.values[name];
	const those = options.choices.filter(({ value }) => chosen.includes(value))
		.map(({ label }) => ({ name: label }));

	return field(form, name, options, html`
		<button type="button" class="input opener" id=${fieldId(name)}
			popovertarget="choices-${name}" title=${groupNames(those) || nothing}
			?disabled=${options.disabled} aria-invalid=${wrong}
			aria-labelledby="label-${name} ${fieldId(name)}"
			aria-describedby=${describedBy(name, wrong, options.hint)}>
			${those.length > 0 ? groupsInShort(those, BUTTON_ROOM)
			: html`<span class="muted">${options.none}</span>`} ${icons.down}
		</button>
		<div class="popup choices" id="choices-${name}" popover role="dialog"
			aria-labelledby="label-${name}" @beforetoggle=${showAll}>
			${typeToFind(options.choices.length)}
			<div role="group" aria-labelledby="label-${name}">
				${options.choices.map((choice) => choiceRow(form, name, choice))}
			</div>
		</div>`);
}
