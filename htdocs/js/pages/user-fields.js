/* The fields that Create user and Edit user share. */
import { STATUSES } from '../contract.js';
import { checkField, choiceField, linesField, textField } from '../ui/field.js';
import { languageName, languages, t } from '../core/i18n.js';
import { choicesOf } from '../ui/words.js';
import { multiSelectField } from '../ui/multi-select.js';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {import('../ui/form.js').Form<any>} Form */

/**
 * @param {Form} form
 * @param {{disabled?: boolean}} [options]
 */
export function emailField(form, options = {}) {
	return textField(form, 'email', { label: t('user.email'), type: 'email', inputmode: 'email',
		...options });
}

/** What is a line of text of a user and no more: a row each is all that both forms need. */
const TEXTS = /** @type {const} */ ([
	{ name: 'name', hint: 'user.name_hint' },
]);

/** @typedef {{[Name in typeof TEXTS[number]['name']]: string}} Texts */

/**
 * @param {Form} form
 * @param {{disabled?: boolean}} [options]
 */
export function textFields(form, options = {}) {
	return TEXTS.map(({ name, hint }) => textField(form, name, { label: t(`user.${name}`),
		hint: hint && t(hint), ...options }));
}

/** @param {Partial<Texts>} user */
export function textsOf(user) {
	return /** @type {Texts} */ (Object.fromEntries(TEXTS.map(({ name }) =>
		[name, user[name] ?? ''])));
}

/**
 * @param {Form} form
 * @param {{disabled?: boolean, hint?: string}} [options]
 */
export function statusField(form, options = {}) {
	return choiceField(form, 'status', {
		label: t('user.status'),
		choices: choicesOf('status', STATUSES),
		...options,
	});
}

/**
 * One that the page has no file of, set over the API, is shown by its tag.
 * @param {Form} form
 * @param {{disabled?: boolean}} [options]
 */
export function languageField(form, options = {}) {
	const tags = new Set([...languages.map(({ tag }) => tag), form.saved.language || '']);

	tags.delete('');
	return choiceField(form, 'language', {
		label: t('user.language'),
		hint: t('user.language_hint'),
		choices: [['', t('user.language_none')],
			...[...tags].map((tag) => /** @type {[string, string]} */ ([tag, languageName(tag)]))],
		...options,
	});
}

/**
 * Groups that the viewer may not give are shown, but barred: the server would refuse.
 * @param {Form} form
 * @param {Context} context
 * @param {{disabled?: boolean, hint?: string}} [options]
 */
export function groupsField(form, context, options = {}) {
	return multiSelectField(form, 'groups', {
		label: t('user.groups'),
		none: t('user.groups_none'),
		hint: t('user.groups_hint'),
		choices: context.groups.map((group) => ({
			value: group.id,
			label: group.name,
			barred: group.may.includes('give') ? '' : t('user.group_barred'),
		})),
		...options,
	});
}

/**
 * A masked viewer can only make masked users.
 * @param {Form} form
 * @param {Context} context
 * @param {{disabled?: boolean, hint?: string}} [options]
 */
export function maskField(form, { session }, options = {}) {
	const masked = session.user.mask_data;

	return checkField(form, 'mask_data', {
		label: t('user.mask_data'),
		hint: t(masked ? 'user.mask_data_barred' : 'user.mask_data_hint'),
		...options,
		disabled: masked || options.disabled === true,
	});
}

/**
 * One network a line.
 * @param {Form} form
 * @param {{disabled?: boolean, hint?: string}} [options]
 */
export function networksField(form, options = {}) {
	return linesField(form, 'ip_allow_list', { label: t('user.ip_allow_list'),
		hint: t('user.ip_allow_list_hint'), ...options });
}
