/*
 * From a request that went wrong to what it did, for viewers who may see the trail: the session
 * tells whether.
 */
import { html, nothing } from '../core/html.js';
import { t } from '../core/i18n.js';

let seesTrail = false;

/** @param {boolean} may */
export function showTrailLinks(may) {
	seesTrail = may;
}

/** @param {import('../core/api.js').Problem} problem */
export function trailLink({ code, requestId }) {
	return seesTrail && code === 'internal' && requestId
		? html`<a href="./?p=audit&request_id=${requestId}">${t('problem.trail')}</a>` : nothing;
}
