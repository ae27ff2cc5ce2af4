/*
 * The Rights of a group: a table of categories and actions with a box for each permission, and ways
 * to tick many at once.
 */
import { actionName, categoryName, permissionMeaning, permissionName } from '../ui/words.js';
import { fieldError } from '../ui/field.js';
import { html, live, nothing } from '../core/html.js';
import { menuButton } from '../ui/menu-button.js';
import { stateOf, toggled } from '../lib/rights.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../records.js').Permission} Permission */
/** @typedef {import('../ui/form.js').Form<any>} Form */

/**
 * @typedef {object} Grid
 * @property {Form} form its value "permissions" holds names in the order of the catalogue
 * @property {Permission[]} catalogue
 * @property {(permission: string) => boolean} holds what the viewer can give
 * @property {boolean} barred nothing can be changed
 */

/** Where a category has no such action. */
const NO_BOX = html`<span class="muted" aria-hidden="true">–</span>`;

/** @param {string[]} values */
function distinct(values) {
	return [...new Set(values)];
}

/**
 * @param {Permission[]} catalogue
 * @param {(permission: Permission) => boolean} wanted
 */
function namesOf(catalogue, wanted) {
	return catalogue.filter(wanted).map(({ name }) => name);
}

/**
 * @param {Grid} grid
 * @param {string[]} names
 * @param {boolean} on
 */
function choose({ form, catalogue, holds }, names, on) {
	const chosen = toggled(form.values.permissions, names, on, holds);

	form.set('permissions', namesOf(catalogue, ({ name }) => chosen.includes(name)));
}

/**
 * A box over one permission or many. It says how it is with all of them, also with those that the
 * viewer cannot give; it changes only the others.
 * @param {Grid} grid
 * @param {string} label
 * @param {string[]} names
 */
function box(grid, label, names) {
	const { permissions } = grid.form.values;
	const own = names.filter(grid.holds);
	const state = stateOf(permissions, names);
	const change = () => choose(grid, names, stateOf(permissions, own) !== 'all');

	return html`<input type="checkbox" aria-label=${label} .checked=${live(state === 'all')}
		.indeterminate=${live(state === 'some')} ?disabled=${grid.barred || own.length === 0}
		@change=${change}>`;
}

/**
 * @param {Grid} grid
 * @param {string} category
 * @param {string[]} actions
 */
function categoryRow(grid, category, actions) {
	const { catalogue } = grid;
	const all = namesOf(catalogue, (permission) => permission.category === category);
	const cell = (/** @type {string} */ action) => {
		const names = namesOf(catalogue,
			(one) => one.category === category && one.action === action);

		return html`<td>${names.length > 0 ? names.map((name) =>
			box(grid, permissionName(name), names)) : NO_BOX}</td>`;
	};

	return html`<tr>
		<th scope="row" class="rights-word">${categoryName(category)}</th>
		${actions.map(cell)}
		<td class="rights-all">${box(grid, t('rights.box', { row: categoryName(category),
		column: t('rights.all') }), all)}</td>
	</tr>`;
}

/**
 * @param {Grid} grid
 * @param {string[]} actions
 */
function headRows(grid, actions) {
	const { catalogue } = grid;
	const column = (/** @type {string} */ action) => html`<td>${box(grid,
		t('rights.box', { row: t('rights.all'), column: actionName(action) }),
		namesOf(catalogue, (permission) => permission.action === action))}</td>`;

	return html`
		<tr>
			<th scope="col" class="rights-word">${t('rights.category')}</th>
			${actions.map((action) => html`<th scope="col">${actionName(action)}</th>`)}
			<th scope="col" class="rights-all">${t('rights.all')}</th>
		</tr>
		<tr class="rights-all">
			<th scope="row" class="rights-word">${t('rights.all')}</th>
			${actions.map(column)}
			<td>${box(grid, t('rights.everything'), namesOf(catalogue, () => true))}</td>
		</tr>`;
}

/**
 * @param {Grid} grid
 * @param {string[]} actions
 */
function toolbar(grid, actions) {
	const { catalogue } = grid;
	const check = (/** @type {string} */ label, /** @type {string[]} */ names) =>
		({ label, run: () => choose(grid, names, true) });

	return html`<div class="rights-bar">
		${menuButton('check-rights', t('rights.check'), [
			check(t('rights.all'), namesOf(catalogue, () => true)),
			...actions.map((action) => check(actionName(action),
				namesOf(catalogue, (permission) => permission.action === action))),
		])}
		<button type="button" class="button"
			@click=${() => choose(grid, namesOf(catalogue, () => true), false)}>
			${t('rights.uncheck_all')}</button>
	</div>`;
}

/** @param {Permission[]} catalogue */
function meanings(catalogue) {
	return html`<details class="rights-meanings">
		<summary>${t('rights.meanings')}</summary>
		<dl>${catalogue.map(({ name }) => html`
			<dt>${permissionName(name)}</dt><dd>${permissionMeaning(name)}</dd>`)}</dl>
	</details>`;
}

/** @param {Grid} grid */
export function rightsField(grid) {
	const { catalogue, barred, form, holds } = grid;
	const actions = distinct(catalogue.map(({ action }) => action));
	const categories = distinct(catalogue.map(({ category }) => category));
	const some = !barred && !catalogue.every(({ name }) => holds(name));

	return html`<fieldset class="rights" id="field-permissions" tabindex="-1"
		aria-describedby=${some ? 'hint-permissions' : nothing}>
		<legend class="label">${t('group.rights')}</legend>
		${fieldError(form, 'permissions')}
		${barred ? nothing : toolbar(grid, actions)}
		<table class="rights-table">
			<caption class="sr">${t('group.rights')}</caption>
			<thead>${headRows(grid, actions)}</thead>
			<tbody>${categories.map((category) => categoryRow(grid, category, actions))}</tbody>
		</table>
		${some ? html`<p class="hint" id="hint-permissions">${t('rights.barred')}</p>` : nothing}
		${meanings(catalogue)}
	</fieldset>`;
}
