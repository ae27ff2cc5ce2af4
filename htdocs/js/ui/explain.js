/* Problems in sentences. */
import { hasMessage, t } from '../core/i18n.js';
import { LIMITS, NEEDS } from '../contract.js';
import { permissionName } from './words.js';
import { Problem } from '../core/api.js';

/**
 * Anything thrown while talking to the server, as a Problem; a bug of ours is not hidden.
 * @param {unknown} error
 */
export function asProblem(error) {
	if (error instanceof Problem) {
		return error;
	}
	throw error;
}

/** From so many seconds on one counts in minutes. */
const MINUTES_FROM = 120;

/**
 * The refusals that time mends.
 * @type {import('../core/api.js').Code[]}
 */
const PASSING = ['too_many_requests', 'unavailable'];

/** @param {Problem} problem */
function whenAgain({ code, retryAfter }) {
	if (retryAfter >= MINUTES_FROM) {
		return t('problem.wait_minutes', { count: Math.ceil(retryAfter / 60) });
	}
	if (retryAfter > 0) {
		return t('problem.wait', { count: retryAfter });
	}
	return PASSING.includes(code) ? t('problem.wait_soon') : '';
}

/**
 * What the log and the trail call a request that failed on our side.
 * @param {Problem} problem
 */
export function numberOf({ code, requestId }) {
	return code === 'internal' ? requestId : '';
}

/** Whoever runs the installation finds the request by its number. @param {Problem} problem */
function whomToTell(problem) {
	const request = numberOf(problem);

	if (problem.code !== 'internal') {
		return '';
	}
	return request ? t('problem.tell_request', { request }) : t('problem.tell');
}

/** What the refusal holds besides its code. @param {Problem} problem */
function detailsOf({ count, missing }) {
	if (count > 0) {
		return t('problem.count', { count });
	}
	return missing && t('problem.missing', { permission: permissionName(missing) });
}

/** @param {Problem} problem */
export function explain(problem) {
	const key = `problem.${problem.code}`;

	return [t(hasMessage(key) ? key : 'problem.internal'), detailsOf(problem), whenAgain(problem),
		whomToTell(problem)].filter(Boolean).join(' ');
}

/**
 * What is wrong with a field; where there is no sentence for just that field, one for all.
 * @param {string} key of a field error, as the server or lib/validate gives it
 */
export function explainField(key) {
	const ways = [`error.${key}`, `error.any.${key.slice(key.lastIndexOf('.') + 1)}`];

	return t(ways.find(hasMessage) ?? 'error.unknown', LIMITS);
}

/**
 * What is wrong with a field of a form: where a character is that cannot be seen, if it is that.
 * @param {import('./form.js').Form<any>} form
 * @param {string} name
 */
export function explainFieldOf({ errors, places }, name) {
	const place = places[name];

	if (!place) {
		return explainField(errors[name] ?? '');
	}
	return t(place.after ? 'error.place' : 'error.place_first', place);
}

/**
 * Why something was refused: the code of a whole refusal, or what is wrong with a field of it.
 * @param {string} key
 */
export function explainReason(key) {
	return hasMessage(`problem.${key}`) ? t(`problem.${key}`) : explainField(key);
}

/**
 * Why a viewer can only look at a record; "" when they may change it.
 * @param {import('./context.js').Context} context
 * @param {{may: string[]}} record
 * @param {{needs: import('./context.js').Route, above: string}} reasons needs: what changing asks;
 *     above: key of what to say where the viewer has it, but not all that the record holds
 */
export function whyReadOnly({ may }, record, { needs, above }) {
	if (record.may.includes('update')) {
		return '';
	}
	return may(needs) ? t(above)
		: t('view_only.missing', { permission: permissionName(NEEDS[needs]) });
}

/**
 * With what is wrong with its fields, where no form shows them.
 * @param {Problem} problem
 */
export function explainWhole(problem) {
	return [explain(problem), ...Object.values(problem.errors).map(explainField)].join(' ');
}
