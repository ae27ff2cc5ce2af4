/* The start of the page: who is signed in, what the screens are, and which one is shown. */
import { byId, setProduct } from './ui/page.js';
import { call, callAll, setRemedies } from './core/api.js';
import { language, languages, loadMessages, t } from './core/i18n.js';
import { asProblem, explain } from './ui/explain.js';
import { auditEntry } from './pages/audit-entry.js';
import { auditList } from './pages/audit-list.js';
import { clientCreate } from './pages/client-create.js';
import { clientEdit } from './pages/client-edit.js';
import { clientImport } from './pages/client-import.js';
import { clientsList } from './pages/clients-list.js';
import { confirm } from './ui/confirm.js';
import { drawShell, firstScreen, openSearch } from './pages/shell.js';
import { groupCreate } from './pages/group-create.js';
import { groupEdit } from './pages/group-edit.js';
import { groupsImport } from './pages/groups-import.js';
import { groupsList } from './pages/groups-list.js';
import { isDirty, startRouter } from './core/router.js';
import { letterDetail } from './pages/letter.js';
import { listenForPalette } from './ui/palette.js';
import { mailList } from './pages/mail-list.js';
import { mailPreview } from './pages/mail-preview.js';
import { mailTest } from './pages/mail-test.js';
import { notice } from './ui/notice.js';
import { nothingHere } from './pages/nothing-here.js';
import { profile } from './pages/profile.js';
import { profilePassword } from './pages/profile-password.js';
import { profileTotp } from './pages/profile-totp.js';
import { prove, proveBeforeDownloads } from './ui/prove.js';
import { render } from './core/html.js';
import { sessionsList } from './pages/sessions-list.js';
import { signInAgain } from './ui/sign-in-again.js';
import { writePref } from './core/prefs.js';
import { userCredentials } from './pages/user-credentials.js';
import { userCreate } from './pages/user-create.js';
import { userEdit } from './pages/user-edit.js';
import { userImport } from './pages/user-import.js';
import { usersList } from './pages/users-list.js';
import { workScreen } from './pages/work.js';

/** @typedef {import('./ui/context.js').Context} Context */

/**
 * A row a screen: what opens it and the permission it needs, "" for none.
 * @type {Record<string, {open: (context: Context) => import('./core/router.js').Screen,
 *     needs: string}>}
 */
const SCREENS = {
	'users': { open: usersList, needs: 'users.view' },
	'user-create': { open: userCreate, needs: 'users.create' },
	'user-import': { open: userImport, needs: 'users.create' },
	'user': { open: userEdit, needs: 'users.view' },
	'groups': { open: groupsList, needs: 'groups.view' },
	'group-create': { open: groupCreate, needs: 'groups.create' },
	'group': { open: groupEdit, needs: 'groups.view' },
	'groups-import': { open: groupsImport, needs: 'groups.create' },
	'user-credentials': { open: userCredentials, needs: 'users.update' },
	'mail': { open: mailList, needs: 'mail.view' },
	'mail-preview': { open: mailPreview, needs: 'mail.view' },
	'mail-test': { open: mailTest, needs: 'mail.create' },
	'letter': { open: letterDetail, needs: 'mail.view' },
	'clients': { open: clientsList, needs: 'clients.view' },
	'sessions': { open: sessionsList, needs: 'sessions.view' },
	'audit': { open: auditList, needs: 'audit.view' },
	'audit-entry': { open: auditEntry, needs: 'audit.view' },
	'client': { open: clientEdit, needs: 'clients.view' },
	'client-create': { open: clientCreate, needs: 'clients.create' },
	'client-import': { open: clientImport, needs: 'clients.create' },
	'work': { open: workScreen, needs: '' },
	'profile': { open: profile, needs: '' },
	'profile-password': { open: profilePassword, needs: '' },
	'profile-totp': { open: profileTotp, needs: '' },
};

/** @returns {Promise<Pick<Context, 'session' | 'groups'>>} */
async function readRights() {
	const { data: session } = await call('GET', 'session');
	const groups = session.permissions.includes('groups.view') ? await callAll('groups') : [];

	return { session, groups };
}

/** @returns {Promise<Context>} */
async function readContext() {
	const context = {
		...await readRights(),
		may: (/** @type {string} */ permission) => context.session.permissions.includes(permission),
		refresh: async () => {
			Object.assign(context, await readRights().catch(() => ({})));
		},
	};

	return context;
}

/**
 * @param {Context} context
 * @returns {import('./core/router.js').OpenScreen}
 */
function opener(context) {
	return (params) => {
		const name = params.get('p') ?? '';
		const screen = Object.hasOwn(SCREENS, name) ? SCREENS[name] : undefined;

		drawShell(context, name);
		return screen && (!screen.needs || context.may(screen.needs)) ? screen.open(context)
			: nothingHere(name !== '');
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

async function start() {
	await loadMessages();
	try {
		const context = await readContext();

		await speak(context.session.user.language);
		setRemedies({ prove, signIn: () => signInAgain(context), isTyping: isDirty });
		proveBeforeDownloads();
		setProduct(context.session.features.name);
		listenForPalette(() => openSearch(context));
		await startRouter({ open: opener(context), mayLeave, home: firstScreen(context) });
	} catch (error) {
		const problem = asProblem(error);

		render(notice(explain(problem), { kind: 'problem', action: t('action.try_again'),
			run: () => location.reload() }), byId('main'));
	}
}

start();
