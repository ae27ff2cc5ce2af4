/*
 * Records as they are found by name: what is asked for to find some by what was typed, and what a
 * number is called. Only what the viewer may see is asked for.
 */
import { asProblem } from './explain.js';
import { call } from '../core/api.js';

/** @typedef {import('./context.js').Context} Context */
/** @typedef {import('../core/api.js').Problem} Problem */
/** @typedef {'user' | 'client' | 'group'} Kind */

/**
 * @typedef {object} Found
 * @property {Kind} type
 * @property {number} id
 * @property {string} name as people call it: a name, an address where there is none
 * @property {string} [beside] what tells two of one name apart
 * @property {string[]} [may] what the viewer may do with it
 * @property {string} [status]
 */

/** As many of a kind are shown: more words find fewer. */
export const FOUND_MAX = 5;

const PATHS = /** @type {const} */ ({ user: 'users', client: 'clients', group: 'groups' });

/** What was found or shown before, by kind and number. @type {Map<string, string>} */
const names = new Map();

/**
 * Whatever has told the name of a record already need not be asked again.
 * @param {Kind} type
 * @param {{id: number, name: string, email?: string}} item
 */
export function noteName(type, { id, name, email }) {
	names.set(`${type} ${id}`, name || email || String(id));
}

/** @param {Kind} type @param {any} item @returns {Found} */
function foundOf(type, { id, name, email = '', may, status }) {
	noteName(type, { id, name, email });
	return { type, id, name: name || email || String(id), beside: name ? email : '', may, status };
}

/**
 * Which kinds a viewer may look for; who sees asterisks finds no clients by their names.
 * @param {Context} context
 * @returns {Kind[]}
 */
export function kindsFor({ may, session }) {
	const seen = { user: may('GET users'), group: may('GET groups'),
		client: may('GET clients') && !session.user.mask_data };

	return /** @type {Kind[]} */ (Object.keys(seen)).filter((type) => seen[type]);
}

/**
 * People are found by their words and by their ids, groups by a part of their names.
 * @param {Kind} type
 * @param {string} text
 */
function filtersOf(type, text) {
	const byWords = type === 'group' ? 'name' : 'q';

	return /^\d+$/.test(text) ? ['id', byWords] : [byWords];
}

/**
 * @param {Kind} type
 * @param {string} filter
 * @param {string} text
 * @param {AbortSignal} signal
 */
async function ask(type, filter, text, signal) {
	const query = { [filter]: text, size: FOUND_MAX };
	const { data } = await call('GET', /** @type {'users'} */ (PATHS[type]), { query, signal });

	return { rows: data.items.map((item) => foundOf(type, item)), more: data.page.next !== null };
}

/**
 * The same; of what could not be asked, why.
 * @param {Parameters<typeof ask>} question
 * @returns {Promise<{rows: Found[], more: boolean, problem: Problem | null}>}
 */
async function askOrSay(...question) {
	const [,,, signal] = question;

	try {
		return { ...await ask(...question), problem: null };
	} catch (error) {
		return { rows: [], more: false, problem: signal.aborted ? null : asProblem(error) };
	}
}

/**
 * The first of each kind, and whether there are more; what kept some from being asked for keeps
 * nobody from the others. What fits by id and by words is one.
 * @param {Kind[]} kinds
 * @param {string} text
 * @param {AbortSignal} signal
 */
export async function findRecords(kinds, text, signal) {
	const answers = await Promise.all(kinds.filter(() => /[\p{L}\p{N}]/u.test(text)).flatMap(
		(type) => filtersOf(type, text).map((filter) => askOrSay(type, filter, text, signal))));
	const rows = answers.flatMap((answer) => answer.rows);

	return { more: answers.some(({ more }) => more),
		problem: answers.find(({ problem }) => problem)?.problem ?? null,
		rows: [...new Map(rows.map((row) => [`${row.type} ${row.id}`, row])).values()] };
}

/**
 * The name of a record, where it is known already; asked for where not, and told when it is there.
 * @param {Kind} type
 * @param {string} id
 * @param {() => void} told
 */
export function nameOf(type, id, told) {
	const key = `${type} ${id}`;

	if (!names.has(key)) {
		names.set(key, ''); // asked for once: who is gone, or not for this viewer, has no name
		call('GET', /** @type {`users/${number}`} */ (`${PATHS[type]}/${Number(id)}`))
			.then(({ data }) => {
				foundOf(type, data);
				told();
			}, ({ status }) => void ([403, 404].includes(status) || names.delete(key)));
	}
	return names.get(key) ?? '';
}
