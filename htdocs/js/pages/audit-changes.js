/* What an entry of the trail changed, in words. */
import { absolute } from '../lib/time.js';
import { differences } from '../lib/differences.js';
import { hasMessage, listed, locale, t } from '../core/i18n.js';
import { yesNo } from '../ui/words.js';

/** @typedef {import('../records.js').AuditEntry} AuditEntry */
/** @typedef {import('../lib/differences.js').Difference} Difference */

/** Counts saves; says nothing to people. */
const UNSAID = ['version'];

/** Holds the members whose values the trail does not keep, those of a client that may be masked. */
const BY_NAME = 'changed';

/** Of so many changes a line tells; the entry tells of all. */
const TOLD_MAX = 3;

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/**
 * @param {string | number} value
 * @param {string} name of the member
 */
function plainWords(value, name) {
	const key = `${name}.${value}`;

	if (hasMessage(key)) {
		return t(key);
	}
	return INSTANT.test(String(value)) ? absolute(String(value), locale()) : String(value);
}

/** @param {unknown} value */
function isEmpty(value) {
	return value === undefined || value === null || value === ''
		|| Array.isArray(value) && value.length === 0;
}

/**
 * A value of any record in words.
 * @param {any} value
 * @param {string} [name] of the member
 * @returns {string}
 */
export function valueWords(value, name = '') {
	if (isEmpty(value)) {
		return '–';
	}
	if (typeof value === 'boolean') {
		return yesNo(value);
	}
	if (Array.isArray(value)) {
		return listed(value.map((part) =>
			name === BY_NAME ? memberWord('client', part) : valueWords(part)));
	}
	return typeof value === 'object'
		? String(value.name || value.email || value.id || JSON.stringify(value))
		: plainWords(value, name);
}

/**
 * A member by the name that its form gives it.
 * @param {string} type of the target
 * @param {string} name
 */
export function memberWord(type, name) {
	const key = `${type}.${name}`;

	return hasMessage(key) ? t(key) : name;
}

/**
 * What is told with its values needs no second word.
 * @param {Difference[]} rows
 */
function toldOnce(rows) {
	const told = rows.map(({ name }) => name);
	const left = (/** @type {unknown} */ names) => Array.isArray(names)
		? names.filter((name) => !told.includes(name)) : names;

	return rows.map((row) => row.name === BY_NAME
		? { ...row, before: left(row.before), after: left(row.after) } : row);
}

/**
 * What differs, as far as that says something: where there was nothing and is nothing, nothing
 * has changed, whatever the two are called.
 * @param {Pick<AuditEntry, 'before' | 'after'>} entry
 * @returns {Difference[]}
 */
export function changesOf({ before, after }) {
	return toldOnce(differences(before, after)).filter((row) => !UNSAID.includes(row.name)
		&& !(isEmpty(row.before) && isEmpty(row.after)));
}

/**
 * A change of a record in a line: "Status: Enabled → Disabled". What was made or is gone changed
 * from nothing or to nothing, which its action says.
 * @param {AuditEntry} entry
 */
export function changeLine({ before, after, target }) {
	if (!before || !after) {
		return '';
	}
	const rows = changesOf({ before, after });
	const told = rows.slice(0, TOLD_MAX).map((row) => t(
		row.name === BY_NAME ? 'audit.changed' : 'audit.change', {
			member: memberWord(target?.type ?? '', row.name),
			before: valueWords(row.before, row.name),
			after: valueWords(row.after, row.name),
		}));

	return [...told, ...rows.length > TOLD_MAX ? [`+${rows.length - TOLD_MAX}`] : []].join('; ');
}
