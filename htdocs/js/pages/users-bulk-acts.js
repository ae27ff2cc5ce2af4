/* What can be done with many users at once, in words: to choose it, and to tell of it later. */
import { listed, t } from '../core/i18n.js';

/** @typedef {import('../records.js').Group} Group */

/**
 * The word for it, what the API is asked to set, and in which group.
 * @typedef {object} Act
 * @property {'enable' | 'disable' | 'mask' | 'unmask' | 'add_group' | 'remove_group'} name
 * @property {string} word
 * @property {Record<string, unknown>} set
 * @property {Group} [group]
 */

/** @returns {Act[]} those that need no group */
export function plainActs() {
	return [
		{ name: 'enable', word: t('bulk.enable'), set: { status: 'enabled' } },
		{ name: 'disable', word: t('bulk.disable'), set: { status: 'disabled' } },
		{ name: 'mask', word: t('bulk.mask'), set: { mask_data: true } },
		{ name: 'unmask', word: t('bulk.unmask'), set: { mask_data: false } },
	];
}

/**
 * @param {'add_group' | 'remove_group'} name
 * @param {Group} group
 * @returns {Act}
 */
export function groupAct(name, group) {
	return { name, group, word: `${t(`bulk.${name}`)}: ${group.name}`, set: { [name]: group.id } };
}

/**
 * The words for what was set; a group that is gone has none.
 * @param {Record<string, unknown>} set
 * @param {Group[]} groups
 */
export function wordsOf(set, groups) {
	const acts = [...plainActs(), ...groups.flatMap((group) =>
		[groupAct('add_group', group), groupAct('remove_group', group)])];
	const words = Object.entries(set).map(([name, value]) =>
		acts.find((act) => act.set[name] === value)?.word ?? t('job.kind.users_bulk'));

	return listed(words);
}
