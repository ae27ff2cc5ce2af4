/* The question before a group is saved: what is added and taken away, and for whom. */
import { confirm } from '../ui/confirm.js';
import { effectsOf } from '../lib/rights.js';
import { html, nothing } from '../core/html.js';
import { permissionName, someNames } from '../ui/words.js';
import { listed, t } from '../core/i18n.js';

/** @typedef {import('../lib/rights.js').Effect} Effect */
/** @typedef {import('../records.js').Group} Group */

/**
 * Members, as far as they are known: of very many the first ones are, of those whom the viewer may
 * not see nobody is.
 * @typedef {object} Members
 * @property {import('../records.js').User[]} people
 * @property {boolean} whole that is all of them
 */

/**
 * @param {Group} group
 * @param {Members} members
 * @param {Effect} effect
 */
function forWhom({ member_count: count }, { whole }, { added, people }) {
	if (count === 0) {
		return html`<dd>${t('group.no_members')}</dd>`;
	}
	if (!whole) {
		return html`<dd>${t(added ? 'group.members_gain' : 'group.members_lose', { count })}</dd>
			${people.length > 0 ? html`<dd>${someNames(people, count)}</dd>` : nothing}`;
	}
	return html`<dd>${people.length === 0 ? t('group.members_same')
		: t(added ? 'group.people_gain' : 'group.people_lose',
			{ count: people.length, names: someNames(people) })}</dd>`;
}

/**
 * @param {Group} group as it is
 * @param {import('../records.js').PermissionName[]} permissions as they are to become
 * @param {Members} members
 * @param {Group[]} groups all of them
 * @returns {Promise<boolean>}
 */
export function confirmRights(group, permissions, members, groups) {
	const effects = effectsOf({ id: group.id, before: group.permissions, after: permissions },
		members.people, groups);

	return confirm({
		title: t('group.save_title', { name: group.name }),
		text: t('group.save_text'),
		details: html`<dl class="effects">${effects.map((effect) => html`
			<dt class=${effect.added ? 'effect-added' : 'effect-removed'}>
				${t(effect.added ? 'group.added' : 'group.removed',
		{ permissions: listed(effect.permissions.map(permissionName)) })}</dt>
			${forWhom(group, members, effect)}`)}</dl>`,
		yes: t('action.save'),
		harmless: true,
	});
}
