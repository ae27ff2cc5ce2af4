/* The console: who is signed in, what the screens are, and which one is shown. */
import { byId, setProduct } from './ui/page.js';
import { call, callAll, fetched, setRemedies } from './core/api.js';
import { language, languages, loadMessages, t, wholeMessages } from './core/i18n.js';
import { asProblem, explain } from './ui/explain.js';
import { confirm } from './ui/confirm.js';
import { drawShell, firstScreen, openSearch } from './pages/shell.js';
import { isDirty, startRouter } from './core/router.js';
import { keepViews } from './core/kept-views.js';
import { listenForPalette } from './ui/palette.js';
import { notice } from './ui/notice.js';
import { LIMITS, NEEDS } from './contract.js';
import { nothingHere } from './pages/nothing-here.js';
import { proveBeforeDownloads } from './ui/downloads.js';
import { render } from './core/html.js';
import { expectScreen, mayOpen, openScreen, screenOf } from './pages/screens.js';
import { carryToasts } from './ui/toast.js';
import { leadToTrail } from './ui/told.js';
import { wearAccent } from './ui/site.js';
import { noteSignedIn, writePref } from './core/prefs.js';

/** @typedef {import('./ui/context.js').Context} Context */
/** @typedef {import('./ui/context.js').Route} Route */

/** @typedef {Promise<{data: import('./records.js').Session}>} Asked */

/**
 * The session tells the groups, of very many the first ones.
 * @param {Asked} asked
 * @returns {Promise<Pick<Context, 'session' | 'groups'>>}
 */
async function readRights(asked) {
	const { data: session } = await asked;
	const areAll = session.groups.length < LIMITS.page_size_max;

	return { session, groups: areAll ? session.groups : await callAll('groups') };
}

/**
 * @param {Asked} asked
 * @returns {Promise<Context>}
 */
async function readContext(asked) {
	const context = {
		...await readRights(asked),
		may: (/** @type {Route} */ route) => context.holds(NEEDS[route]),
		holds: (/** @type {string} */ permission) =>
			context.session.permissions.some((own) => own === permission),
		refresh: async () => {
			Object.assign(context, await readRights(call('GET', 'session'))
				.catch(() => ({})));
		},
	};

	return context;
}

/**
 * Where a viewer begins; undefined for one who may see nothing.
 * @param {Context} context
 * @returns {[address: string, word: string] | undefined}
 */
function homeOf(context) {
	const name = firstScreen(context);
	const row = screenOf(name);

	return row && [`./?p=${name}`, t(row.title)];
}

/**
 * @param {Context} context
 * @returns {import('./core/router.js').OpenScreen}
 */
function opener(context) {
	return async (params) => {
		const name = params.get('p') ?? '';
		const row = screenOf(name);

		drawShell(context, name);
		return row && mayOpen(context, row) ? openScreen(context, row)
			: nothingHere(name !== '', homeOf(context));
	};
}

function mayLeave() {
	return confirm({
		title: t('leave.title'),
		text: t('leave.text'),
		yes: t('leave.yes'),
		no: t('leave.no'),
	});
}

/**
 * What the user has chosen goes before what this browser knew, and is known to it from now on.
 * @param {string} own
 */
async function speak(own) {
	if (own !== language() && languages.some(({ tag }) => tag === own)) {
		writePref('language', own);
		await loadMessages(own);
	}
}

/** @param {Context} context */
function remedy(context) {
	setRemedies({
		prove: async () => (await fetched(import('./ui/prove.js'))).prove(),
		signIn: async () => (await fetched(import('./ui/sign-in-again.js'))).signInAgain(context),
		isTyping: isDirty,
	});
	proveBeforeDownloads();
}

/** Whoever begins to do something may soon be told something. */
function expectWords() {
	for (const sign of ['pointerdown', 'keydown']) {
		addEventListener(sign, wholeMessages, { once: true, capture: true });
	}
}

/** @param {Asked} asked the session, which is under way or there */
export async function start(asked) {
	expectScreen(new URLSearchParams(location.search).get('p') ?? '');
	await loadMessages();
	try {
		const context = await readContext(asked);

		noteSignedIn(true);
		await speak(context.session.user.language);
		remedy(context);
		setProduct(context.session.features.name);
		wearAccent(context.session.features);
		keepViews(context.session.views);
		leadToTrail(context.may('GET audit'));
		expectWords();
		carryToasts();
		listenForPalette(() => openSearch(context));
		await startRouter({ open: opener(context), mayLeave, home: firstScreen(context) });
	} catch (error) {
		const problem = asProblem(error);

		await wholeMessages();
		render(notice(explain(problem), { kind: 'problem', action: t('action.try_again'),
			run: () => location.reload() }), byId('main'));
	}
}
