/* What the reader keeps of how tables look: the columns of this one, and how close the rows lie. */
import { html, live } from '../core/html.js';
import { icons } from './icons.js';
import { isShown } from '../lib/columns.js';
import { readPref, writePref } from '../core/prefs.js';
import { t } from '../core/i18n.js';

const DENSITIES = ['comfortable', 'compact'];

/**
 * @param {string} screen
 * @returns {Record<string, unknown>}
 */
export function chosenColumns(screen) {
	return readPref(`columns:${screen}`, {});
}

/** @param {string} density */
function setDensity(density) {
	const { dataset } = document.documentElement;

	delete dataset.density;
	if (density === 'compact') {
		dataset.density = density;
	}
	writePref('density', density);
}

/**
 * @param {import('./data-table.js').Column<any>} column
 * @param {boolean} shown
 * @param {boolean} barred it filters or orders the rows
 * @param {(shown: boolean) => void} choose
 */
function columnRow({ name, label }, shown, barred, choose) {
	const use = (/** @type {Event} */ event) =>
		choose(/** @type {HTMLInputElement} */ (event.target).checked);

	return html`<div class="choice">
		<input type="checkbox" id="column-${name}" .checked=${live(shown)} ?disabled=${barred}
			@change=${use} aria-describedby=${barred ? `column-${name}-barred` : ''}>
		<label for="column-${name}">${label}</label>
		<span class="hint" id="column-${name}-barred" ?hidden=${!barred}>
			${t('columns.barred')}</span>
	</div>`;
}

/** @param {string} density @param {() => void} changed */
function densityRow(density, changed) {
	const use = () => {
		setDensity(density);
		changed();
	};

	return html`<div class="choice">
		<input type="radio" name="density" id="density-${density}" @change=${use}
			.checked=${live(readPref('density', 'comfortable') === density)}>
		<label for="density-${density}">${t(`density.${density}`)}</label>
	</div>`;
}

/**
 * @param {{screen: string, columns: import('./data-table.js').Column<any>[]}} table
 * @param {string[]} used columns that filter or order the rows now
 * @param {() => void} changed draws the table again
 */
export function viewMenu({ screen, columns }, used, changed) {
	const chosen = chosenColumns(screen);
	const choose = (/** @type {string} */ name) => (/** @type {boolean} */ shown) => {
		writePref(`columns:${screen}`, { ...chosen, [name]: shown });
		changed();
	};

	return html`<button type="button" class="button small" popovertarget="view-menu">
			${t('columns.button')} ${icons.down}</button>
		<div class="popup popup-end choices" id="view-menu" popover role="dialog"
			aria-label=${t('columns.title')}>
			<fieldset class="choice-group">
				<legend>${t('columns.title')}</legend>
				${columns.filter(({ fixed }) => !fixed).map((column) => columnRow(column,
					isShown(column, chosen, used), used.includes(column.name),
					choose(column.name)))}
			</fieldset>
			<fieldset class="choice-group">
				<legend>${t('density.title')}</legend>
				${DENSITIES.map((density) => densityRow(density, changed))}
			</fieldset>
		</div>`;
}
