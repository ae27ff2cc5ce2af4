/* The question before a group is saved: what is added and taken away, and for whom. */
import { confirm } from '../ui/confirm.js';
import { effectsOf } from '../lib/rights.js';
import { html } from '../core/html.js';
import { permissionName, someNames } from '../ui/words.js';
import { listed, t } from '../core/i18n.js';

/** @typedef {import('../lib/rights.js').Effect} Effect */
/** @typedef {import('../records.js').Group} Group */

/**
 * @param {Group} group
 * @param {import('../records.js').User[] | null} members null when the viewer may not see
 *     them, and where they are very many
 * @param {Effect} effect
 */
function forWhom(group, members, { added, people }) {
	if (group.member_count === 0) {
		return t('group.no_members');
	}
	if (!members) {
		return t(added ? 'group.members_gain' : 'group.members_lose',
			{ count: group.member_count });
	}
	if (people.length === 0) {
		return t('group.members_same');
	}
	return t(added ? 'group.people_gain' : 'group.people_lose',
		{ count: people.length, names: someNames(people) });
}

/**
 * @param {Group} group as it is
 * @param {import('../records.js').PermissionName[]} permissions as they are to become
 * @param {import('../records.js').User[] | null} members
 * @param {Group[]} groups all of them
 * @returns {Promise<boolean>}
 */
export function confirmRights(group, permissions, members, groups) {
	const effects = effectsOf({ id: group.id, before: group.permissions, after: permissions },
		members ?? [], groups);

	return confirm({
		title: t('group.save_title', { name: group.name }),
		text: t('group.save_text'),
		details: html`<dl class="effects">${effects.map((effect) => html`
			<dt class=${effect.added ? 'effect-added' : 'effect-removed'}>
				${t(effect.added ? 'group.added' : 'group.removed',
		{ permissions: listed(effect.permissions.map(permissionName)) })}</dt>
			<dd>${forWhom(group, members, effect)}</dd>`)}</dl>`,
		yes: t('action.save'),
		harmless: true,
	});
}
