/*
 * All sentences of the page come from flat catalogues, one a language, in i18next v4 form: {{name}}
 * for values, key_one and key_other for plurals. No sentence stands in the code. Which language it
 * is stands in <html lang>, where js/early.js has put it before the first paint; which ones there
 * are, and where their catalogues are, stands in the page's <meta name="language">.
 */

/**
 * @typedef {object} Language
 * @property {string} tag
 * @property {string} dir
 * @property {string} file
 * @property {string} name in its own language
 */

/** @type {Language[]} */
export const languages = [.../** @type {NodeListOf<HTMLMetaElement>} */ (
	document.querySelectorAll('meta[name="language"]'))].map(({ content }) => {
	const [tag = '', dir = '', file = '', ...name] = content.split(' ');

	return { tag, dir, file, name: name.join(' ') };
});

/** @param {string} tag */
export function languageName(tag) {
	return languages.find((one) => one.tag === tag)?.name ?? tag;
}

/** The rules of a language. @param {string} tag */
function rulesOf(tag) {
	// A reader in Vienna is content with German, but wants the dates and numbers of Austria.
	const locale = navigator.languages
		.find((one) => one === tag || one.startsWith(`${tag}-`)) ?? tag;

	return {
		tag,
		locale,
		plurals: new Intl.PluralRules(locale),
		numbers: new Intl.NumberFormat(locale),
		// Not of units: Russian sets nothing between those.
		lists: new Intl.ListFormat(locale, { type: 'conjunction', style: 'narrow' }),
		collator: new Intl.Collator(locale, { numeric: true }),
	};
}

let rules = rulesOf(document.documentElement.lang);

/** @type {Record<string, string>} */
let messages = {};

/** For what Intl formats. */
export const locale = () => rules.locale;

/** The language of the page. */
export const language = () => rules.tag;

/** What spreadsheets put between the cells of a table, where this language is at home. */
export const tableSeparator = () => (rules.tag === 'en' ? ',' : ';');

/** The order of a dictionary. @param {string} a @param {string} b */
export const compare = (a, b) => rules.collator.compare(a, b);

const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u;

/**
 * A value of another script does not turn its neighbours round, nor they it.
 * @param {string} value
 */
function isolated(value) {
	return value && (document.documentElement.dir === 'rtl' || RIGHT_TO_LEFT.test(value))
		? `\u2068${value}\u2069` : value;
}

/** Things one after the other. @param {string[]} things */
export const listed = (things) => rules.lists.format(things.map(isolated));

/**
 * The messages of a catalogue, whose keys are as they are said, or without their first words, under
 * those, as the built page has it.
 * @param {Record<string, string | Record<string, string>>} catalogue
 */
const flattened = (catalogue) => Object.fromEntries(Object.entries(catalogue)
	.flatMap(([word, texts]) => (typeof texts === 'string' ? [[word, texts]]
		: Object.entries(texts).map(([rest, text]) => [`${word}.${rest}`, text]))));

/** @param {string} file */
const read = async (file) => flattened(await (await fetch(file)).json());

/** @type {Promise<boolean> | null} null until it is asked for; whether it has come */
let rest = null;

/** @param {string} file */
async function readRest(file) {
	const before = messages;
	const more = await read(file);

	if (messages === before) {
		messages = { ...messages, ...more };
	}
}

/**
 * Waits for the words that the first screen is not drawn with, which the built page keeps in a file
 * of their own. Whoever has none of them, because the server could not be reached, asks again the
 * next time.
 * @returns {Promise<boolean>} whether all are there
 */
export async function wholeMessages() {
	const { file = '' } = languages.find((one) => one.tag === rules.tag) ?? {};

	if (!messages['rest']) {
		return true;
	}
	rest ??= readRest(file.replace(/json$/, 'rest.json')).then(() => true, () => {
		rest = null;
		return false;
	});
	return rest;
}

/**
 * The catalogue of a language, which becomes that of the page.
 * @param {string} [tag] the one of the document, when none is given
 */
export async function loadMessages(tag = rules.tag) {
	const { dir = 'ltr', file = '' } = languages.find((one) => one.tag === tag) ?? {};
	const root = document.documentElement;

	messages = await read(file);
	rest = null;
	rules = rulesOf(tag);
	root.lang = tag;
	root.dir = dir;
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
	const form = typeof values.count === 'number'
		? `${key}_${rules.plurals.select(values.count)}` : key;
	const text = messages[form] ?? form;

	return text.replace(/\{\{(\w+)\}\}/g, (_, name) => {
		const value = values[name] ?? '';

		return typeof value === 'number' ? rules.numbers.format(value) : isolated(value);
	});
}
