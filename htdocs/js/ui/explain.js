/* Problems in sentences. */
import { hasMessage, t } from '../core/i18n.js';
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

/** @param {Problem} problem */
export function explain(problem) {
	const key = `problem.${problem.code}`;
	const text = t(hasMessage(key) ? key : 'problem.internal');

	if (problem.retryAfter > 0) {
		return `${text} ${t('problem.wait', { count: problem.retryAfter })}`;
	}
	if (problem.count > 0) {
		return `${text} ${t('problem.count', { count: problem.count })}`;
	}
	if (problem.missing) {
		return `${text} ${t('problem.missing', { permission: permissionName(problem.missing) })}`;
	}
	return text;
}

/**
 * What is wrong with a field; where there is no sentence for just that field, one for all.
 * @param {string} key of a field error, as the server or lib/validate gives it
 */
export function explainField(key) {
	const ways = [`error.${key}`, `error.any.${key.slice(key.lastIndexOf('.') + 1)}`];

	return t(ways.find(hasMessage) ?? 'error.unknown');
}

/**
 * Why something was refused: the code of a whole refusal, or what is wrong with a field of it.
 * @param {string} key
 */
export function explainReason(key) {
	return hasMessage(`problem.${key}`) ? t(`problem.${key}`) : explainField(key);
}

/**
 * With what is wrong with its fields, where no form shows them.
 * @param {Problem} problem
 */
export function explainWhole(problem) {
	return [explain(problem), ...Object.values(problem.errors).map(explainField)].join(' ');
}
