/*
 * What a test says in English about a page, said in the language that the page is in: the names of
 * controls and what stands on the page, by way of the key that the English has in the catalogue.
 * What no sentence of the page is, like the name of a record, stays as it is.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { TOP } from './stack.mjs';

/* Enough of it is its own for a text to be known by. */
const WORDY = /\p{L}{2}/u;
const FORM = /_(zero|one|two|few|many|other)$/;

const wordsOf = (tag) =>
	Object.entries(JSON.parse(readFileSync(join(TOP, `htdocs/i18n/${tag}.json`), 'utf8')));

/** A sentence as a pattern, in which anything may be said for its values. */
const patternOf = (sentence) => sentence.replace(/[.*+?^$()|[\]\\/]/g, '\\$&')
	.replace(/\{\{\w+\}\}/g, '.*');

/** Whether a sentence is meant by a text, as Playwright takes it. */
function isMeant(sentence, text, exact) {
	if (text instanceof RegExp) {
		return text.test(sentence);
	}
	return exact ? sentence === text : sentence.toLowerCase().includes(text.toLowerCase());
}

class Speech {
	constructor(tag) {
		this.english = wordsOf('en');
		this.words = wordsOf(tag);
	}

	/** All that such sentences are in the other language, in all forms of their plurals. */
	#saidOf(isIt) {
		const keys = new Set(this.english.filter(([, sentence]) => isIt(sentence))
			.map(([key]) => key.replace(FORM, '')));

		return this.words.filter(([key]) => keys.has(key.replace(FORM, '')))
			.map(([, sentence]) => patternOf(sentence));
	}

	#said(text, exact) {
		return this.#saidOf((sentence) => isMeant(sentence, text, exact));
	}

	/** "Go to Users" is a sentence with a value. */
	#saidWithValue(text) {
		return this.#saidOf((sentence) => WORDY.test(sentence.replace(/\{\{\w+\}\}/g, ''))
			&& new RegExp(`^${patternOf(sentence)}$`).test(text));
	}

	/** "Users: Update" is said of two words, which marks may keep apart besides. */
	#saidInParts(text) {
		const parts = text.split(': ').map((part) => this.#said(part, true));

		return parts.every(({ length }) => length > 0)
			? [parts.map((words) => `(?:${words.join('|')})`).join('.{2,5}')] : [];
	}

	say(text, exact = false) {
		const isWord = typeof text === 'string';

		if (!/\p{L}/u.test(text.source ?? text)) {
			return text;
		}
		const ways = [() => this.#said(text, exact),
			...isWord ? [() => this.#saidInParts(text), () => this.#saidWithValue(text)] : []];
		const said = ways.map((way) => way()).find(({ length }) => length > 0) ?? [];
		const [from, to] = isWord ? [exact, exact]
			: [text.source.startsWith('^'), text.source.endsWith('$')];

		return said.length === 0 ? text
			: new RegExp(`${from ? '^\\s*' : ''}(?:${said.join('|')})${to ? '\\s*$' : ''}`);
	}
}

/* What is given to these is a name, or a text. */
const SAYING = {
	getByLabel: (speech, [text, options]) => [speech.say(text, options?.exact), options],
	getByText: (speech, [text, options]) => [speech.say(text, options?.exact), options],
	getByRole: (speech, [role, options]) => [role, options?.name === undefined ? options
		: { ...options, name: speech.say(options.name, options.exact) }],
};

function spoken(of, speech) {
	return new Proxy(of, {
		get(target, name) {
			const value = target[name];

			if (typeof value !== 'function') {
				return value;
			}
			return (...given) => {
				const answer = value.apply(target, SAYING[name]?.(speech, given) ?? given);

				return typeof answer?.getByRole === 'function' ? spoken(answer, speech) : answer;
			};
		},
	});
}

/** A page that is spoken of in English, and is in the language of the tag. */
export function spokenIn(page, tag) {
	return tag === 'en' ? page : spoken(page, new Speech(tag));
}
