/* How far a job is, with the way to end it, or what keeps it from going on. */
import { cancelJob, retryJob } from '../core/job.js';
import { html, nothing } from '../core/html.js';
import { t } from '../core/i18n.js';
import { told } from './told.js';

/** @typedef {import('../core/job.js').Entry} Entry */

/** @param {Entry} entry */
export function jobTitle({ job }) {
	return t(`job.kind.${job.kind}`);
}

/** @param {Entry} entry */
export function jobCount({ job: { position, total } }) {
	return t('job.progress', { done: position, total,
		percent: Math.floor(100 * position / total) });
}

/** @param {Entry} entry */
export function jobBar(entry) {
	const { problem, job: { position, total } } = entry;

	return html`
		<progress aria-label=${jobTitle(entry)} max=${total} value=${position}></progress>
		<span>${jobCount(entry)}</span>
		${problem ? html`<span role="alert">${told(problem)}</span>
			<button type="button" class="button small" @click=${() => retryJob(entry)}>
				${t('action.try_again')}</button>` : nothing}
		<button type="button" class="button small" @click=${() => cancelJob(entry)}>
			${t('action.cancel')}</button>`;
}
