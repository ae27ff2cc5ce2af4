/*
 * What went wrong, as a screen shows it. From the number of a request that failed whoever may see
 * the trail is led to what it had done all the same: the session tells whether.
 */
import { explainWhole, numberOf } from './explain.js';
import { html, nothing } from '../core/html.js';
import { t } from '../core/i18n.js';

let seesTrail = false;

/** @param {boolean} may the viewer see the trail */
export function leadToTrail(may) {
	seesTrail = may;
}

/** @param {import('../core/api.js').Problem} problem */
export function told(problem) {
	const number = seesTrail && numberOf(problem);

	return html`${explainWhole(problem)} ${number
		? html`<a href="./?p=audit&request_id=${number}">${t('problem.trail')}</a>` : nothing}`;
}
