/* Values of records in words, the same in lists, forms and details. */
import { html } from '../core/html.js';
import { compare, listed, t } from '../core/i18n.js';
import { someOf } from '../lib/some-of.js';

/** @param {import('../records.js').Status} status */
export function statusBadge(status) {
	return html`<span class="badge badge-${status}">${t(`status.${status}`)}</span>`;
}

/**
 * An address of email, which breaks before its @ where there is no room for it.
 * @param {string} text that may be one
 */
export function breaking(text) {
	const [, before, after] = text.match(/^([^@]+)(@.+)$/) ?? [];

	return html`<bdi>${before ? html`${before}<wbr>${after}` : text}</bdi>`;
}

/** @param {string} category of permissions */
export function categoryName(category) {
	return t(`rights.category.${category}`);
}

/** @param {string} action that a permission allows */
export function actionName(action) {
	return t(`rights.action.${action}`);
}

/**
 * A permission in words, as its box is called: "Users: Update".
 * @param {string} permission
 */
export function permissionName(permission) {
	const [category = '', action = ''] = permission.split('.');

	return t('rights.box', { row: categoryName(category), column: actionName(action) });
}

/** What a permission allows. @param {string} permission */
export function permissionMeaning(permission) {
	return t(`rights.allows.${permission}`);
}

/**
 * Each of the words with what the page calls it, to choose from.
 * @param {string} prefix of the message keys
 * @param {string[]} words
 */
export function choicesOf(prefix, words) {
	return words.map((word) => /** @type {[string, string]} */ ([word, t(`${prefix}.${word}`)]));
}

/** @param {boolean} on */
export function yesNo(on) {
	return t(on ? 'value.yes' : 'value.no');
}

/** @param {{name: string}[]} groups */
export function groupNames(groups) {
	return listed(groups.map((group) => group.name));
}

/** In letters, as wide as a column of them is. */
const COLUMN_ROOM = 22;

/**
 * Some of many, and how many more: "Support +37".
 * @param {{name: string}[]} groups
 * @param {number} [room] in letters
 */
export function groupsInShort(groups, room = COLUMN_ROOM) {
	const { shown, more } = someOf(groups.map(({ name }) => name), room);

	return more > 0 ? html`<span class="some"><bdi class="cut">${listed(shown)}</bdi>
		<span class="muted">+${more}</span></span>` : listed(shown);
}

/**
 * People without a name go by another word for them.
 * @param {{name: string, email?: string} | null} person
 */
export function personName(person) {
	return person ? person.name || person.email || '' : '–';
}

const NAMES_MAX = 10;

/**
 * Names of scripts that run the other way do not turn their neighbours round.
 * @param {string} name
 */
function isolated(name) {
	return `\u2068${name}\u2069`;
}

/**
 * As many as a sentence bears, by name.
 * @param {{name: string, email?: string}[]} people
 * @param {number} [count] of all, where these are the first ones
 */
export function someNames(people, count = people.length) {
	const sorted = people.map(personName).sort(compare).slice(0, NAMES_MAX);
	const words = listed(sorted.map(isolated));
	const more = count - sorted.length;

	return more > 0 ? t('group.and_more', { names: words, count: more }) : words;
}

/** @param {{creator: {id: number, name: string, email: string} | null}} record */
export function creatorLink({ creator }) {
	return creator
		? html`<a href="./?p=user&id=${creator.id}"><bdi>${personName(creator)}</bdi></a>`
		: personName(creator);
}
