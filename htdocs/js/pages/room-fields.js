/* The fields that Create room and Edit room share. */
import { ADMINISTRATORS } from '../contract.js';
import { html } from '../core/html.js';
import { multiSelectField } from '../ui/multi-select.js';
import { nameProblem, onlyWrong } from '../lib/validate.js';
import { t } from '../core/i18n.js';
import { textField } from '../ui/field.js';

export const NO_ROOM = { name: '', address: '', groups: /** @type {number[]} */ ([]) };

/** @typedef {typeof NO_ROOM} Values */

/** @param {Values} values */
export function roomProblems({ name, address }) {
	return onlyWrong({
		name: nameProblem(name),
		address: address.trim() ? '' : 'address.required',
	});
}

/**
 * Groups that the viewer may not list, but that the room names, are there too. Administrators enter
 * every room.
 * @param {import('../ui/form.js').Form<Values>} form
 * @param {import('../ui/context.js').Context} context
 * @param {{disabled?: boolean, own?: {id: number, name: string}[]}} [options] own: of the room
 */
export function roomFields(form, { groups }, { disabled = false, own = [] } = {}) {
	const all = new Map([...own, ...groups].map(({ id, name }) => [id, name]));

	all.delete(ADMINISTRATORS);
	return html`
		${textField(form, 'name', { label: t('room.name'), hint: t('room.name_hint'), disabled })}
		${textField(form, 'address', { label: t('room.address'), hint: t('room.address_hint'),
			disabled })}
		${multiSelectField(form, 'groups', {
			label: t('room.groups'),
			none: t('room.nobody'),
			hint: t('room.groups_hint'),
			choices: [...all].map(([value, label]) => ({ value, label })),
			disabled,
		})}`;
}
