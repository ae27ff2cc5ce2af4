/* Tables as Excel writes them in four languages, and what is hard to keep in one: the same files
 * for the API and for the command line. */

/** What a code page has above ASCII, of the letters that are used here. */
const PAGES = {
	'windows-1252': new Map([...'üñéö€'].map((c) => [c, { '€': 0x80 }[c] ?? c.charCodeAt(0)])),
	'windows-1251': new Map([...Array(64).keys()].map((i) =>
		[String.fromCharCode(0x410 + i), 0xc0 + i])),
	'windows-1256': new Map([['أ', 0xc3], ['ح', 0xcd], ['م', 0xe3], ['د', 0xcf], ['ا', 0xc7],
		['س', 0xd3], ['ل', 0xe1]]),
};

/** The text as a file in this encoding, as spreadsheets write it. */
export function bytesIn(encoding, text) {
	if (encoding === 'utf-8') {
		return Buffer.from(`\uFEFF${text}`);
	}
	if (encoding.startsWith('utf-16')) {
		const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le');

		return encoding === 'utf-16be' ? bytes.swap16() : bytes;
	}
	return Buffer.from([...text].map((c) => PAGES[encoding].get(c) ?? c.charCodeAt(0)));
}

export const NAMES = { de: 'Jürgen Nuñez', es: 'José Nuñez', ru: 'Иван Петров', ar: 'أحمد سالم' };
export const CODE_PAGES = { de: 'windows-1252', es: 'windows-1252', ru: 'windows-1251',
	ar: 'windows-1256' };
const TRUTH = { de: ['WAHR', 'FALSCH'], es: ['VERDADERO', 'FALSO'], ru: ['ИСТИНА', 'ЛОЖЬ'],
	ar: ['نعم', 'لا'] };
const STATUS = { de: 'Deaktiviert', es: 'Desactivado', ru: 'Отключён', ar: 'معطّل' };

/** A table of one client. */
export const tableOf = (name, separator, end) => [['Name', 'email', 'status', ''],
	[name, 'a@x.example', 'enabled', ''], ['', '', '', '']]
	.map((cells) => cells.join(separator)).join(end);

/** A table of one user, masked and disabled, in the words of the language. */
export function wordsOf(language) {
	const [yes, no] = TRUTH[language];

	return `email;mask_data;send_link;status\r\n${language}1@x.example;${yes};${no};`
		+ `${STATUS[language]}\r\n`;
}

/** Texts that a file could lose, or turn into something else. */
export const TRICKY = ['=1+1', "'=1+1", "''=x", '+x', '-x', '@x', "'quoted", 'a, b', 'a; b',
	'say "no"', "it's", 'Zoë', 'Иван', 'أحمد', 'back\\slash', 'TRUE', '1E+11', 'x|y', "'"];

/** The lines of an export but for what another installation gives anew: ids and times. */
export const kept = (text) => text.split('\r\n').map((line) => line
	.replace(/^\d+,/, '').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, ''));
