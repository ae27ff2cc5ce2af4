/*
 * The line above every screen about work that the present screen does not show itself: what is
 * under way, and what is over with rows refused, or was seen under way, until it is put away.
 */
import { allWork, dismissWork, resumeWork, watchWork } from '../core/work.js';
import { html, nothing, render } from '../core/html.js';
import { workBar, workTitle } from '../ui/work-bar.js';
import { byId } from '../ui/page.js';
import { t } from '../core/i18n.js';
import { workHeadline } from './work-result.js';

/** @typedef {import('../core/work.js').Entry} Entry */

/** Who may do none of these has no work. */
const NEEDS = ['users.update', 'users.create', 'clients.create'];

let resumed = false;

/** @param {Entry} entry */
function isShown({ work, begun, shown }) {
	return !shown && (begun || work.failed > 0 || work.state === 'running');
}

/** @param {Entry} entry */
function line(entry) {
	const { work } = entry;
	const link = html`<a href="./?p=work&id=${work.id}">${workTitle(entry)}</a>`;

	if (work.state === 'running') {
		return html`<p>${link} ${workBar(entry)}</p>`;
	}
	return html`<p>${link} <span>${workHeadline(entry)}${work.failed > 0
		? `, ${t('bulk.refused', { count: work.failed })}` : nothing}</span>
		<button type="button" class="button small" @click=${() => dismissWork(entry)}>
			${t('work.dismiss')}</button></p>`;
}

function draw() {
	const strip = byId('work');
	const shown = allWork().filter(isShown);

	strip.hidden = shown.length === 0;
	strip.setAttribute('aria-label', t('work.title'));
	render(shown.map(line), strip);
}

/** @param {import('../ui/context.js').Context} context */
export function drawWorkStrip({ may }) {
	draw();
	if (!resumed && NEEDS.some(may)) {
		resumed = true;
		watchWork(draw);
		resumeWork().catch(() => {}); // the screen itself says that the server is away
	}
}
