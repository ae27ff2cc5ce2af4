/* How far a piece of work is, with the way to end it, or what keeps it from going on. */
import { cancelWork, retryWork } from '../core/work.js';
import { html, nothing } from '../core/html.js';
import { explainWhole } from './explain.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../core/work.js').Entry} Entry */

/** @param {Entry} entry */
export function workTitle({ work }) {
	return t(`work.kind.${work.kind}`);
}

/** @param {Entry} entry */
export function workCount({ work: { position, total } }) {
	return t('work.progress', { done: position, total,
		percent: Math.floor(100 * position / total) });
}

/** @param {Entry} entry */
export function workBar(entry) {
	const { problem, work: { position, total } } = entry;

	return html`
		<progress aria-label=${workTitle(entry)} max=${total} value=${position}></progress>
		<span>${workCount(entry)}</span>
		${problem ? html`<span role="alert">${explainWhole(problem)}</span>
			<button type="button" class="button small" @click=${() => retryWork(entry)}>
				${t('action.try_again')}</button>` : nothing}
		<button type="button" class="button small" @click=${() => cancelWork(entry)}>
			${t('action.cancel')}</button>`;
}
