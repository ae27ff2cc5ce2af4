/*
 * All sentences of the page come from one flat catalogue in i18next v4 form: {{name}} for values,
 * key_one and key_other for plurals. No sentence stands in the code.
 */
const LANGUAGE = 'en';

const plurals = new Intl.PluralRules(LANGUAGE);
const numbers = new Intl.NumberFormat(LANGUAGE);

/** @type {Record<string, string>} */
let messages = {};

export async function loadMessages() {
	const answer = await fetch(`i18n/${LANGUAGE}.json`);

	messages = await answer.json();
}

/** @param {string} key */
export function hasMessage(key) {
	return Object.hasOwn(messages, key);
}

/**
 * What follows a prefix in the keys that have it, in the order of the catalogue.
 * @param {string} prefix
 */
export function messageKeys(prefix) {
	return Object.keys(messages).filter((key) => key.startsWith(prefix))
		.map((key) => key.slice(prefix.length));
}

/**
 * @param {string} key
 * @param {Record<string, string | number>} [values] count chooses the plural form
 * @returns {string}
 */
export function t(key, values = {}) {
	const form = typeof values.count === 'number' ? `${key}_${plurals.select(values.count)}` : key;
	const text = messages[form] ?? form;

	return text.replace(/\{\{(\w+)\}\}/g, (_, name) => {
		const value = values[name] ?? '';

		return typeof value === 'number' ? numbers.format(value) : value;
	});
}
