/*
 * The line above every screen about work that the present screen does not show itself: what is
 * under way, and what is over with rows refused, can be taken back, or was seen under way, until it
 * is put away.
 */
import { allWork, dismissWork, resumeWork, undoWork, watchWork } from '../core/work.js';
import { explainWhole } from '../ui/explain.js';
import { html, nothing, render } from '../core/html.js';
import { workBar, workTitle } from '../ui/work-bar.js';
import { announce, byId } from '../ui/page.js';
import { t } from '../core/i18n.js';
import { workHeadline } from './work-result.js';

/** @typedef {import('../core/work.js').Entry} Entry */

/**
 * Who may do none of these has no work.
 * @type {import('../ui/context.js').Route[]}
 */
const MAKES_WORK = ['POST users/bulk', 'POST users/import', 'POST clients/import'];

/** As many changes as this, the newest ones, are offered to be taken back. */
const UNDO_MOST = 3;

let resumed = false;
/** @type {import('../records.js').Group[]} */
let groups = [];
/** Numbers of the work whose end has been told, here or on the screen that showed it. */
const told = new Set();

/** There is something to tell of it. @param {Entry} entry */
function tells({ work, begun, problem }) {
	return begun || work.failed > 0 || work.state === 'running' || problem !== null;
}

/** What is shown, of all: newest first. */
function shownWork() {
	const free = allWork().filter(({ shown }) => !shown);
	const undoable = free.filter(({ work }) => work.undoable).slice(0, UNDO_MOST);

	return free.filter((entry) => tells(entry) || undoable.includes(entry));
}

/** @param {Entry} entry */
function headline(entry) {
	const { failed } = entry.work;

	return workHeadline(entry, groups, failed > 0 ? [t('bulk.refused', { count: failed })] : []);
}

/** Whoever does not see the strip hears how work has ended that was under way. */
function tellEnds() {
	const over = allWork().filter(({ work, begun }) =>
		begun && work.state !== 'running' && !told.has(work.id));

	for (const entry of over) {
		told.add(entry.work.id);
		if (!entry.shown) {
			announce(headline(entry));
		}
	}
}

/** Where the button that was pressed is gone, the focus stays near it. */
function keepFocus() {
	const strip = byId('work');

	if (document.activeElement === document.body) {
		(strip.hidden ? byId('main') : strip).focus();
	}
}

/** @param {Entry} entry */
async function undo(entry) {
	await undoWork(entry);
	keepFocus();
}

/** @param {Entry} entry */
function dismiss(entry) {
	dismissWork(entry);
	keepFocus();
}

/** @param {Entry} entry */
function line(entry) {
	const { work } = entry;
	const link = html`<a href="./?p=work&id=${work.id}">${workTitle(entry)}</a>`;

	if (work.state === 'running') {
		return html`<p>${link} ${workBar(entry)}</p>`;
	}
	return html`<p>${link} <span>${headline(entry)}</span>
		${entry.problem ? html`<span role="alert">${explainWhole(entry.problem)}</span>` : nothing}
		${work.undoable ? html`<button type="button" class="button small"
			@click=${() => undo(entry)}>${t('bulk.undo')}</button>` : nothing}
		<button type="button" class="button small" @click=${() => dismiss(entry)}>
			${t('work.dismiss')}</button></p>`;
}

function draw() {
	const strip = byId('work');
	const shown = shownWork();

	strip.hidden = shown.length === 0;
	strip.setAttribute('aria-label', t('work.title'));
	render(shown.map(line), strip);
	tellEnds();
}

/** @param {import('../ui/context.js').Context} context */
export function drawWorkStrip({ may, groups: known }) {
	groups = known;
	draw();
	if (!resumed && MAKES_WORK.some(may)) {
		resumed = true;
		watchWork(draw);
		resumeWork().catch(() => {}); // the screen itself says that the server is away
	}
}
