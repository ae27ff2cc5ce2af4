/*
 * The line above every screen about a job that the present screen does not show itself: what is
 * under way, and what is over with rows refused, can be taken back, or was seen under way, until it
 * is put away.
 */
import { allJobs, dismissJob, resumeJobs, undoJob, watchJobs } from '../core/job.js';
import { html, nothing, render } from '../core/html.js';
import { jobBar, jobTitle } from '../ui/job-bar.js';
import { announce, byId } from '../ui/page.js';
import { t } from '../core/i18n.js';
import { told } from '../ui/told.js';
import { jobHeadline } from './job-result.js';

/** @typedef {import('../core/job.js').Entry} Entry */

/** As many changes as this, the newest ones, are offered to be taken back. */
const UNDO_MAX = 3;

let resumed = false;
/** @type {import('../records.js').Group[]} */
let groups = [];
/** Numbers of the jobs whose end has been told, here or on the screen that showed it. */
const heard = new Set();

/** There is something to tell of it. @param {Entry} entry */
function tells({ job, begun, problem }) {
	return begun || job.failed > 0 || job.state === 'running' || problem !== null;
}

/** What is shown, of all: newest first. */
function shownJobs() {
	const free = allJobs().filter(({ shown }) => !shown);
	const undoable = free.filter(({ job }) => job.undoable).slice(0, UNDO_MAX);

	return free.filter((entry) => tells(entry) || undoable.includes(entry));
}

/** @param {Entry} entry */
function headline(entry) {
	const { failed } = entry.job;

	return jobHeadline(entry, groups, failed > 0 ? [t('bulk.refused', { count: failed })] : []);
}

/** Whoever does not see the strip hears how a job has ended that was under way. */
function tellEnds() {
	const over = allJobs().filter(({ job, begun }) =>
		begun && job.state !== 'running' && !heard.has(job.id));

	for (const entry of over) {
		heard.add(entry.job.id);
		if (!entry.shown) {
			announce(headline(entry));
		}
	}
}

/** Where the button that was pressed is gone, the focus stays near it. */
function keepFocus() {
	const strip = byId('job');

	if (document.activeElement === document.body) {
		(strip.hidden ? byId('main') : strip).focus();
	}
}

/** @param {Entry} entry */
async function undo(entry) {
	await undoJob(entry);
	keepFocus();
}

/** @param {Entry} entry */
function dismiss(entry) {
	dismissJob(entry);
	keepFocus();
}

/** @param {Entry} entry */
function line(entry) {
	const { job } = entry;
	const title = jobTitle(entry);
	const outcome = headline(entry);
	const link = html`<a href="./?p=job&id=${job.id}" title=${title}>${title}</a>`;

	if (job.state === 'running') {
		return html`<p>${link} ${jobBar(entry)}</p>`;
	}
	return html`<p>${link} <span title=${outcome}>${outcome}</span>
		${entry.problem ? html`<span role="alert">${told(entry.problem)}</span>` : nothing}
		${job.undoable ? html`<button type="button" class="button small"
			@click=${() => undo(entry)}>${t('bulk.undo')}</button>` : nothing}
		<button type="button" class="button small" @click=${() => dismiss(entry)}>
			${t('job.dismiss')}</button></p>`;
}

function draw() {
	const strip = byId('job');
	const shown = shownJobs();

	strip.hidden = shown.length === 0;
	strip.setAttribute('aria-label', t('job.title'));
	render(shown.map(line), strip);
	tellEnds();
}

/** @param {import('../ui/context.js').Context} context */
export function drawJobStrip({ session, groups: known }) {
	groups = known;
	draw();
	if (!resumed) {
		resumed = true;
		watchJobs(draw);
		resumeJobs(session.jobs);
	}
}
