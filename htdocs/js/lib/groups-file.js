/* The file of groups that an export gives and an import takes. Pure. */
import { differences } from './rights.js';

/** @typedef {{name: string, permissions: string[]}} GroupInFile */
/** @typedef {import('../records.js').Group} Group */
/** @typedef {import('../records.js').GroupImported} GroupImported */

/** @param {any} group */
function isGroup(group) {
	return typeof group?.name === 'string' && Array.isArray(group.permissions)
		&& group.permissions.every((/** @type {unknown} */ name) => typeof name === 'string');
}

/**
 * @param {string} text
 * @returns {GroupInFile[] | null} null for what is not such a file
 */
export function readGroups(text) {
	try {
		const { groups } = JSON.parse(text);

		return Array.isArray(groups) && groups.every(isGroup) ? groups : null;
	} catch {
		return null;
	}
}

const names = new Intl.Collator('en', { sensitivity: 'base' });

/**
 * What an import is about to do with one group; the server decides again.
 * @param {GroupInFile} group
 * @param {Group[]} groups that are there
 * @param {boolean} replace
 * @returns {{deed: GroupImported['result'], added: number, removed: number}}
 */
export function forecast({ name, permissions }, groups, replace) {
	const there = groups.find((group) => names.compare(group.name, name.trim()) === 0);

	if (!there || !replace) {
		return { deed: there ? 'renamed' : 'created', added: permissions.length, removed: 0 };
	}
	const { added, removed } = differences(there.permissions, permissions);
	const same = added.length + removed.length === 0 && there.name === name.trim();

	return { deed: same ? 'unchanged' : 'replaced', added: added.length, removed: removed.length };
}
