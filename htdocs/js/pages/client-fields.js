/* The fields that Create client and Edit client share, and their way into the API's form. */
import { choiceField, textField } from '../ui/field.js';
import { choicesOf } from '../ui/words.js';
import { countryCode, countryField, countryName } from '../ui/countries.js';
import { emailProblem, onlyWrong } from '../lib/validate.js';
import { groupedPhone } from '../lib/phone.js';
import { html } from '../core/html.js';
import { pickerField } from '../ui/record-picker.js';
import { STATUSES } from '../contract.js';
import { t } from '../core/i18n.js';

/** @typedef {import('../ui/form.js').Form<any>} Form */

/**
 * The part of a record that the forms show; of none, what they begin with.
 * @param {Partial<import('../records.js').Client>} client
 */
export function valuesOf({ name = '', email = '', phone = '', country = '', status = 'enabled',
	manager = null }) {
	return { name, email, phone: groupedPhone(phone), country: country && countryName(country),
		status, manager: manager ? String(manager.id) : '' };
}

/** @typedef {ReturnType<typeof valuesOf>} Values */

/**
 * The values of the form in the form in which the API takes them.
 * @template {{country: string, manager: string}} Values
 * @param {Values} values
 */
export function bodyOf({ country, manager, ...rest }) {
	return { ...rest, country: countryCode(country), manager: Number(manager) || null };
}

/**
 * @param {Record<string, any>} values
 * @returns {Record<string, string>}
 */
export function clientProblems({ name, email }) {
	return onlyWrong({
		name: name.trim() ? '' : 'name.required',
		email: email.trim() ? emailProblem(email) : '',
	});
}

/**
 * @param {Form} form
 * @param {{disabled?: boolean}} masked
 */
export function personalFields(form, masked = {}) {
	return html`
		${textField(form, 'name', { label: t('client.name'), ...masked })}
		${textField(form, 'email', { label: t('client.email'), inputmode: 'email', ...masked })}
		${textField(form, 'phone', { label: t('client.phone'), inputmode: 'tel',
			hint: masked.disabled ? '' : t('client.phone_hint'), ...masked })}`;
}

/** @param {Form} form */
export function otherFields(form) {
	return html`
		${countryField(form, 'country', { label: t('client.country'),
			hint: t('client.country_hint') })}
		${choiceField(form, 'status', {
			label: t('client.status'),
			choices: choicesOf('status', STATUSES),
		})}`;
}

/**
 * @param {Form} form
 * @param {import('../ui/context.js').Context} context
 */
export function managerField(form, context) {
	return pickerField(form, 'manager', {
		context,
		label: t('client.manager'),
		kinds: ['user'],
		others: [['', t('client.no_manager')]],
	});
}
