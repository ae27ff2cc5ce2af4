/* The parts of the page that need no browser. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';

import { contrast, full } from '../lib/contrast.mjs';
import { absolute, beginOf, dayOf, relative } from '../../htdocs/js/lib/time.js';
import { changesOf } from '../../htdocs/js/lib/changes.js';
import { deviceOf } from '../../htdocs/js/lib/device.js';
import { differences } from '../../htdocs/js/lib/differences.js';
import { groupedPhone } from '../../htdocs/js/lib/phone.js';
import { generatePassword } from '../../htdocs/js/lib/password.js';
import { late } from '../../htdocs/js/lib/late.js';
import { keyKeeper } from '../../htdocs/js/lib/idempotency.js';
import { emailProblem, passwordProblem } from '../../htdocs/js/lib/validate.js';
import { matching } from '../../htdocs/js/lib/palette.js';
import { inOrder, insideFilter } from '../../htdocs/js/lib/find.js';
import { readState, sameRows, sortOf, toAddress, withFilter, withFilters, withSort }
	from '../../htdocs/js/lib/table-state.js';
import { refusedRows } from '../../htdocs/js/lib/refused-rows.js';
import { safeNext } from '../../htdocs/js/lib/next.js';
import { shownColumns } from '../../htdocs/js/lib/columns.js';

const OFFER = { filters: { email: null, status: ['enabled', 'disabled'] }, sorts: ['id', 'email'],
	sort: '-id' };
const NOW = Date.parse('2026-05-05T12:00:00Z');

const HTDOCS = join(import.meta.dirname, '../../htdocs');

/** What the head of a page says of the languages, in the order of their names. */
function languageLines() {
	const files = readdirSync(join(HTDOCS, 'i18n'));
	const rows = files.map((file) => ({ file, tag: file.replace('.json', ''),
		words: JSON.parse(readFileSync(join(HTDOCS, 'i18n', file), 'utf8')) }));
	const nameOf = ({ words }) => words['language.name'];

	return rows.sort((a, b) => nameOf(a).localeCompare(nameOf(b), 'en')).map((row) =>
		`${row.tag} ${row.words['language.direction']} i18n/${row.file} ${nameOf(row)}`);
}

for (const page of ['index.html', 'sign-in.html']) {
	test(`${page} names every language, and where its catalogue is`, () => {
		const text = readFileSync(join(HTDOCS, page), 'utf8');
		const lines = [...text.matchAll(/<meta name="language" content="(.*)">/g)];

		assert.deepEqual(lines.map(([, content]) => content), languageLines());
	});
}

test('whoever is found by words stands in their order, until another one is chosen', () => {
	const offer = { ...OFFER, filters: { ...OFFER.filters, q: null } };
	const state = (query) => readState(new URLSearchParams(query), offer);

	assert.equal(state('q=ann').sort, '');
	assert.equal(toAddress('users', state('q=ann')), './?p=users&q=ann&size=50');
	assert.equal(state('q=ann&sort=email').sort, 'email');
	assert.equal(inOrder(withFilter(state(''), 'q', 'ann'), OFFER.sort).sort, '');
	assert.equal(inOrder(withFilter(state('sort=email'), 'q', 'ann'), OFFER.sort).sort, 'email');
	assert.equal(inOrder(withFilter(state('q=ann'), 'q', ''), OFFER.sort).sort, OFFER.sort);
});

test('inside of words is looked for by the filter that fits', () => {
	const names = ['q', 'name', 'email', 'phone'];

	assert.equal(insideFilter('nna@mail', names), 'email');
	assert.equal(insideFilter('11 22', names), 'phone');
	assert.equal(insideFilter('11 22', ['q', 'name', 'email']), 'name');
	assert.equal(insideFilter('Straße 22', names), 'name');
});

test('an address is believed only where the table offers what it says', () => {
	const state = readState(new URLSearchParams(
		'status=admin&email=a%26b&sort=password&size=9999&after=x&before=y'), OFFER);

	assert.deepEqual(state, { filters: { email: 'a&b' }, sort: '-id', size: 50, after: 'x',
		before: '' });
});

test('an address survives being read and written', () => {
	const address = './?p=users&email=a%26b&sort=-email&size=25';

	const state = readState(new URLSearchParams(address.slice(3)), OFFER);

	assert.equal(toAddress('users', state), address);
});

test('a new filter or order begins at the first page', () => {
	const deep = readState(new URLSearchParams('after=x&sort=email'), OFFER);

	assert.equal(withFilter(deep, 'email', 'b').after, '');
	assert.equal(withSort(deep, 'email').sort, '-email');
	assert.equal(withSort(deep, 'email').after, '');
	assert.equal(sortOf(deep, 'email'), 'ascending');
	assert.deepEqual(withFilter(withFilter(deep, 'email', 'b'), 'email', '').filters, {});
});

test('generated passwords have twenty letters without look-alikes and do not repeat', () => {
	const made = Array.from({ length: 2000 }, generatePassword);

	assert.equal(new Set(made).size, 2000);
	for (const password of made) {
		assert.match(password, /^[a-km-np-z2-9]{5}(-[a-km-np-z2-9]{5}){3}$/);
	}
});

test('the same content keeps its key, other content gets another', () => {
	const keyOf = keyKeeper();
	const first = keyOf({ a: 1 });

	assert.equal(keyOf({ a: 1 }), first);
	assert.notEqual(keyOf({ a: 2 }), first);
	assert.match(first, /^[0-9a-f]{32}$/);
});

test('only what differs is a change', () => {
	assert.deepEqual(changesOf({ a: [1], b: 2, c: 3 }, { a: [1], b: 4, c: 3 }), { b: 4 });
});

test('what can be told wrong without the server is told', () => {
	const emails = { '': 'email.required', 'x': 'email.format', 'a b@c.d': 'email.format',
		' a@b.c ': '' };

	for (const [email, key] of Object.entries(emails)) {
		assert.equal(emailProblem(email), key, email);
	}
	assert.equal(passwordProblem('', 15), 'password.required');
	assert.equal(passwordProblem('😀'.repeat(14), 15), 'password.too_short');
	assert.equal(passwordProblem('😀'.repeat(15), 15), '');
});

test('time is told in the largest unit that fills at least one', () => {
	assert.equal(relative('2026-05-05T11:59:50Z', NOW, 'en'), 'now');
	assert.equal(relative('2026-05-05T10:30:00Z', NOW, 'en'), '1 hr. ago');
	assert.equal(relative('2026-05-02T12:00:00Z', NOW, 'en'), '3 days ago');
	assert.match(absolute('2026-05-05T12:00:00Z', 'en-GB'), /5 May 2026, \d\d:\d\d/);
});

test('a sign-in goes on only to a query of this page', () => {
	const wrong = ['//evil.example', 'https://evil.example', '?x=1', '', null, '/\\evil', '?p='];

	assert.equal(safeNext('?p=users&sort=name'), '?p=users&sort=name');
	for (const next of wrong) {
		assert.equal(safeNext(next), '', next);
	}
});

test('refused rows come back as they were, with a reason, whatever lines they go over', () => {
	const text = '\uFEFFname,email\r\nAda,a@example.com\r\n\r\n"Two\r\nlines",x\r\n\r\nBob,y\r\n';
	const rows = [{ line: 2, why: '' }, { line: 4, why: 'It is "odd".' }, { line: 7, why: 'No.' }];

	assert.equal(refusedRows(text, rows, ({ why }) => why), '\uFEFFname,email,reason\r\n'
		+ '"Two\r\nlines",x,"It is ""odd""."\r\nBob,y,"No."\r\n');
	assert.equal(refusedRows('name\nx', [{ line: 2, why: 'No.' }], ({ why }) => why),
		'\uFEFFname,reason\r\nx,"No."\r\n');
});

const KHTML = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const IPHONE = `Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) ${KHTML}`;
const MAC = `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${KHTML}`;
const WINDOWS = `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${KHTML} Chrome/129.0.0.0 Safari/537.36`;

/** What browsers say of themselves, and what is made of it. */
const AGENTS = [
	['Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0', 'Firefox', 'Linux'],
	['Mozilla/5.0 (Android 14; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0', 'Firefox', 'Android'],
	[WINDOWS, 'Chrome', 'Windows'],
	[`${WINDOWS} Edg/129.0.0.0`, 'Edge', 'Windows'],
	[`${MAC} Version/17.6 Safari/605.1.15`, 'Safari', 'macOS'],
	[`${MAC} Chrome/129.0.0.0 Safari/537.36 OPR/114.0.0.0`, 'Opera', 'macOS'],
	[`${IPHONE} Version/17.6 Mobile/15E148 Safari/604.1`, 'Safari', 'iOS'],
	[`${IPHONE} CriOS/129.0.6668.46 Mobile/15E148 Safari/604.1`, 'Chrome', 'iOS'],
	[`Mozilla/5.0 (Linux; Android 10; K) ${KHTML} SamsungBrowser/26.0 Chrome/122.0 Safari/537`,
		'Samsung Internet', 'Android'],
	[`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${KHTML} Chrome/129.0.0.0 Safari/537.36`, 'Chrome',
		'ChromeOS'],
	['curl/7.88.1', 'curl', ''],
	['Lynx/2.9', '', ''],
	['', '', ''],
];

test('a user agent is told in two names, and in none where it fits no rule', () => {
	for (const [agent, browser, system] of AGENTS) {
		assert.deepEqual(deviceOf(agent), { browser, system }, agent);
	}
});

test('the differences of two records are what was added, removed or replaced', () => {
	const before = { a: 1, b: [1], c: 2, d: null };

	assert.deepEqual(differences(before, { a: 1, b: [2], d: null, e: 3 }), [
		{ name: 'b', before: [1], after: [2] },
		{ name: 'c', before: 2, after: undefined },
		{ name: 'e', before: undefined, after: 3 },
	]);
	assert.deepEqual(differences(null, { a: 1 }), [{ name: 'a', before: undefined, after: 1 }]);
	assert.deepEqual(differences(null, null), []);
});

test('a day of the calendar begins at an instant, and an instant lies on a day', () => {
	for (const day of ['2026-03-29', '2026-10-25', '2026-12-31', '2024-02-29']) {
		assert.equal(dayOf(beginOf(day)), day);
		assert.equal(dayOf(Date.parse(beginOf(day, 1)) - 1), day);
	}
	assert.equal(beginOf(''), '');
	assert.equal(dayOf(''), '');
});

const FORMS = ['zero', 'one', 'two', 'few', 'many', 'other'];

for (const file of readdirSync(join(HTDOCS, 'i18n'))) {
	test(`${file} has every form of the plural that its language has, and no other`, () => {
		const words = JSON.parse(readFileSync(join(HTDOCS, 'i18n', file), 'utf8'));
		const { pluralCategories } = new Intl.PluralRules(file.replace('.json', ''))
			.resolvedOptions();
		const wanted = FORMS.filter((form) => pluralCategories.includes(form));
		const stems = Object.keys(words).filter((key) => key.endsWith('_other'))
			.map((key) => key.replace('_other', ''));

		assert.ok(stems.length > 10);
		for (const stem of stems) {
			const forms = FORMS.filter((form) => `${stem}_${form}` in words);

			assert.deepEqual(forms, wanted, stem);
		}
	});
}

/* What early.js makes of a browser: these are its languages, and this is what it has kept. */
function early(browserLanguages, kept = {}) {
	const root = { dataset: {} };
	const links = [];
	const context = {
		URL,
		navigator: { languages: browserLanguages },
		localStorage: { getItem: (name) => kept[name.split(':').pop()] ?? null },
		document: {
			documentElement: root,
			baseURI: 'https://example.com/office/',
			querySelectorAll: () => ['ar rtl i18n/ar.json العربية',
				'de ltr i18n/de.json Deutsch', 'en ltr i18n/en.json English']
				.map((content) => ({ content })),
			createElement: () => ({}),
			head: { append: (link) => links.push(link.href) },
		},
	};

	runInNewContext(readFileSync(join(HTDOCS, 'js/early.js'), 'utf8'), context);
	return { lang: root.lang, dir: root.dir, theme: root.dataset.theme, links };
}

test('the language is the one that was chosen, else the first of the browser that there is', () => {
	const choose = (...given) => early(...given).lang;

	assert.equal(choose(['de-AT', 'en']), 'de');
	assert.equal(choose(['fr-FR', 'fr', 'de', 'en']), 'de');
	assert.equal(choose(['fr']), 'en');
	assert.equal(choose([]), 'en');
	assert.equal(choose(['de'], { language: '"ar"' }), 'ar');
	assert.equal(choose(['de'], { language: '"xx"' }), 'de');
	assert.equal(choose(['de'], { language: '{broken' }), 'de');
	assert.equal(choose(['de'], { language: 'null' }), 'de');
});

test('before anything is painted the direction is right, and one catalogue is on its way', () => {
	assert.deepEqual(early(['ar-EG'], { theme: '"dark"' }),
		{ lang: 'ar', dir: 'rtl', theme: 'dark', links: ['i18n/ar.json'] });
	assert.deepEqual(early(['en-GB'], { theme: '"purple"' }),
		{ lang: 'en', dir: 'ltr', theme: undefined, links: ['i18n/en.json'] });
});

test('columns are shown as the table wants, as the reader chose, and while they are in use', () => {
	const columns = [{ name: 'id', fixed: true }, { name: 'name' },
		{ name: 'made', hidden: true }];
	const shown = (chosen, used = []) =>
		shownColumns(columns, chosen, used).map(({ name }) => name).join();

	assert.equal(shown({}), 'id,name');
	assert.equal(shown({ name: false, made: true, gone: true }), 'id,made');
	assert.equal(shown({ id: false, name: false }), 'id');
	assert.equal(shown({ name: false }, ['name', 'made']), 'id,name,made');
	assert.equal(shown({ name: 'yes' }), 'id');
});

test('two states show the same rows whatever the order of filters, the size and the page', () => {
	const state = (query) => readState(new URLSearchParams(query), OFFER);

	assert.ok(sameRows(state('email=a&status=enabled'),
		withFilters(state('size=25&after=x'), { status: 'enabled', email: 'a' })));
	assert.ok(!sameRows(state('email=a'), state('email=b')));
	assert.ok(!sameRows(state('email=a'), state('email=a&sort=id')));
	assert.deepEqual(withFilters(state('email=a&status=enabled'),
		{ email: '', status: '' }).filters, {});
});

test('an entry fits when some word of it begins with each word typed', () => {
	const entries = ['Create user', 'Create group', 'Über uns', 'Audit log'].map((label) =>
		({ label }));
	const fits = (text) => matching(entries, text).map(({ label }) => label).join();

	assert.equal(fits(''), 'Create user,Create group,Über uns,Audit log');
	assert.equal(fits(' us CRE'), 'Create user');
	assert.equal(fits('uber'), 'Über uns');
	assert.equal(fits('dit'), '');
});

/* What a person gave, or a machine. */
const GIVEN = new RegExp('\\$\\{((?:[\\w.?]*[.])?(?:name|email|phone|to|address|remote_address'
	+ '|request_id|user_agent)|personName\\([\\w.]+\\))(?: (?:\\|\\||\\?\\?) \'[^\']*\')?\\}',
'g');
/* What stands before it: an attribute, or an element that sets it apart. */
const SET_APART = /=$|="[^"<>]*$|`[\w.-]*$|<(?:bdi|code)\b[^<>]*>$|<option\b[^<]*>$/;

/** The templates of a script, to the backquote that is not in one of their values. */
const templatesOf = (script) =>
	script.match(/html`(?:[^`$]|\$(?!\{)|\$\{(?:[^{}`]|`[^`]*`)*\})*`/g) ?? [];

test('what a person gave stands among words in a <bdi> of its own', () => {
	const files = readdirSync(join(HTDOCS, 'js'), { recursive: true })
		.filter((file) => file.endsWith('.js'));
	const found = files.flatMap((file) =>
		templatesOf(readFileSync(join(HTDOCS, 'js', file), 'utf8')).flatMap((template) =>
			[...template.matchAll(GIVEN)]
				.filter(({ index }) => !SET_APART.test(template.slice(0, index)))
				.map(([text]) => `${file}: ${text}`)));

	assert.deepEqual(found, []);
});

test('every right has a name and says what it allows, in every language', () => {
	const rights = readFileSync(join(HTDOCS, '../tests/golden/permissions.txt'), 'utf8').split('\n')
		.filter(Boolean);

	assert.ok(rights.length > 10);
	for (const file of readdirSync(join(HTDOCS, 'i18n'))) {
		const words = JSON.parse(readFileSync(join(HTDOCS, 'i18n', file), 'utf8'));

		for (const [category, action] of rights.map((right) => right.split('.'))) {
			for (const key of [`rights.category.${category}`, `rights.action.${action}`,
				`rights.allows.${category}.${action}`]) {
				assert.ok(words[key], `${file}: ${key}`);
			}
		}
	}
});

/** What one colour is with so many hundredths of another in it. */
function mixed(one, other, share) {
	return `#${[1, 3, 5].map((at) => {
		const [from, to] = [one, other]
			.map((colour) => parseInt(full(colour).slice(at, at + 2), 16));

		return Math.round(from + (to - from) * (1 - share / 100)).toString(16).padStart(2, '0');
	}).join('')}`;
}

/** The colours of css/tokens.css, by name and scheme. */
function tokens() {
	const text = readFileSync(new URL('../../htdocs/css/tokens.css', import.meta.url), 'utf8');
	const colours = Object.fromEntries([...text.matchAll(
		/--([\w-]+): light-dark\((#\w+), (#\w+)\);/g)].map(([, name, light, dark]) =>
		[name, { light, dark }]));

	for (const [, name, one, share, other] of text.matchAll(
		/--([\w-]+): color-mix\(in srgb, var\(--(\w+)\) (\d+)%, var\(--(\w+)\)\);/g)) {
		colours[name] = Object.fromEntries(['light', 'dark'].map((scheme) =>
			[scheme, mixed(colours[one][scheme], colours[other][scheme], Number(share))]));
	}
	for (const [, name, other] of text.matchAll(/--([\w-]+): var\(--(accent)\);/g)) {
		colours[name] = colours[other];
	}
	return colours;
}

const SURFACES = ['page', 'side', 'surface', 'raised', 'shade'];

/* What stands on what: text needs 4.5, what a control is known by 3. */
const STANDS_ON = [
	...['text', 'muted', 'accent'].map((name) => [name, SURFACES, 4.5]),
	...['danger', 'good'].map((name) => [name, [...SURFACES, `${name}-pale`], 4.5]),
	['accent', ['accent-pale'], 4.5], ['text', ['accent-pale', 'danger-pale'], 4.5],
	['on-accent', ['accent'], 4.5], ['on-danger', ['danger'], 4.5], ['page', ['text'], 4.5],
	...['edge', 'ring'].map((name) => [name, SURFACES, 3]),
];

for (const scheme of ['light', 'dark']) {
	test(`each colour of the ${scheme} scheme can be told from its ground (WCAG AA)`, () => {
		const colours = tokens();

		for (const [name, grounds, least] of STANDS_ON) {
			for (const ground of grounds) {
				const ratio = contrast(colours[name][scheme], colours[ground][scheme]);

				assert.ok(ratio >= least, `${name} on ${ground} is ${ratio.toFixed(2)}:1`);
			}
		}
	});
}

test('the program that refuses an accent knows the grounds of the page', () => {
	const text = readFileSync(new URL('../../fcgi/rule/accent.c', import.meta.url), 'utf8');
	const colours = tokens();

	for (const scheme of ['light', 'dark']) {
		const [, rows] = text.match(new RegExp(`grounds_${scheme}\\[\\] = \\{(.*?)\\};`, 's'));
		const known = [...rows.matchAll(/0x(\w\w), 0x(\w\w), 0x(\w\w)/g)]
			.map(([, ...parts]) => `#${parts.join('')}`);

		assert.equal(known[0], full(colours.page[scheme]), 'over which the pale form lies');
		assert.deepEqual(new Set(known),
			new Set(SURFACES.map((name) => full(colours[name][scheme]))));
	}
});

test('a phone number is read in groups, its country\'s code first', () => {
	for (const [number, shown] of [['+442079460018', '+44 207 946 0018'],
		['+12125550123', '+1 212 555 0123'], ['+74951234567', '+7 495 123 4567'],
		['+390669812345', '+39 066 981 2345'], ['+35312345678', '+353 123 456 78'],
		['+6834002', '+683 4002'], ['*****', '*****'], ['', ''], ['0301234', '0301234']]) {
		assert.equal(groupedPhone(number), shown);
	}
});

test('what comes late is asked for once, and drawn by each that waited, once', async () => {
	const drawn = [];
	const redraws = ['a', 'b'].map((name) => () => drawn.push([name, part(redraws[0])]));
	const answers = [undefined, 'there'];
	let asked = 0;
	const part = late(async () => {
		asked += 1;
		return answers.shift();
	});
	const draw = () => [...redraws, ...redraws].map(part);

	assert.deepEqual(draw(), Array(4).fill(undefined));
	await new Promise(setImmediate);
	assert.deepEqual([asked, drawn], [1, []]); // it could not be had
	draw();
	await new Promise(setImmediate);
	assert.deepEqual([asked, drawn], [2, [['a', 'there'], ['b', 'there']]]);
	assert.deepEqual([draw(), asked], [Array(4).fill('there'), 2]);
});
