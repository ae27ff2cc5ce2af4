/*
 * THE table of screens: the address ./?p=NAME opens the row of that name. The menu and the palette
 * are made of the same rows, in this order.
 */
import { auditEntry } from './audit-entry.js';
import { auditList } from './audit-list.js';
import { clientCreate } from './client-create.js';
import { clientEdit } from './client-edit.js';
import { clientImport } from './client-import.js';
import { clientsList } from './clients-list.js';
import { groupCreate } from './group-create.js';
import { groupEdit } from './group-edit.js';
import { groupsImport } from './groups-import.js';
import { groupsList } from './groups-list.js';
import { icons } from '../ui/icons.js';
import { letterDetail } from './letter.js';
import { mailList } from './mail-list.js';
import { mailPreview } from './mail-preview.js';
import { mailTest } from './mail-test.js';
import { profile } from './profile.js';
import { profilePassword } from './profile-password.js';
import { profileTotp } from './profile-totp.js';
import { sessionsList } from './sessions-list.js';
import { t } from '../core/i18n.js';
import { userCreate } from './user-create.js';
import { userCredentials } from './user-credentials.js';
import { userEdit } from './user-edit.js';
import { userImport } from './user-import.js';
import { usersList } from './users-list.js';
import { jobScreen } from './job.js';

/** @typedef {import('../ui/context.js').Context} Context */

/**
 * All words are message keys.
 * @typedef {object} ScreenRow
 * @property {(context: Context) => import('../core/router.js').Screen} open
 * @property {import('../ui/context.js').Route} [needs] what it asks of the API: who may not ask
 *     that has no such screen
 * @property {string} title what it is called, where it does not call itself something else
 * @property {string[]} [menu] its place there: headings, and its own word
 * @property {unknown} [icon] in the menu
 * @property {string} [under] the screen that it stands under, in its head and in the menu
 * @property {boolean} [listed] it is in the palette though not in the menu
 * @property {string} [act] its word in the palette, where it is for doing something
 */

const SYSTEM = 'menu.system';
const USERS = 'menu.users';

/** @type {Record<string, ScreenRow>} */
const SCREENS = {
	'users': { open: usersList, needs: 'GET users', title: 'users.title',
		menu: [SYSTEM, USERS, 'menu.users'], icon: icons.users },
	'user': { open: userEdit, needs: 'GET users/{id}', title: 'user.edit_title', under: 'users' },
	'user-create': { open: userCreate, needs: 'POST users', title: 'user.create_title',
		under: 'users', act: 'user.create_title' },
	'user-import': { open: userImport, needs: 'POST users/import', title: 'import.users_title',
		under: 'users' },
	'user-credentials': { open: userCredentials, needs: 'POST users/{id}/credentials',
		title: 'credentials.title', under: 'users' },
	'groups': { open: groupsList, needs: 'GET groups', title: 'groups.title',
		menu: [SYSTEM, USERS, 'menu.groups'], icon: icons.groups },
	'group': { open: groupEdit, needs: 'GET groups/{id}', title: 'group.edit_title',
		under: 'groups' },
	'group-create': { open: groupCreate, needs: 'POST groups', title: 'group.create_title',
		under: 'groups', act: 'group.create_title' },
	'groups-import': { open: groupsImport, needs: 'POST groups/import',
		title: 'groups.import_title', under: 'groups', act: 'palette.groups_import' },
	'sessions': { open: sessionsList, needs: 'GET sessions', title: 'sessions.title',
		menu: [SYSTEM, 'menu.sessions'], icon: icons.sessions },
	'audit': { open: auditList, needs: 'GET audit', title: 'audit.title',
		menu: [SYSTEM, 'menu.audit'], icon: icons.audit },
	'audit-entry': { open: auditEntry, needs: 'GET audit/{id}', title: 'audit.entry_title',
		under: 'audit' },
	'mail': { open: mailList, needs: 'GET mail', title: 'mail.title',
		menu: [SYSTEM, 'menu.mail'], icon: icons.mail },
	'letter': { open: letterDetail, needs: 'GET mail/{id}', title: 'letter.title', under: 'mail' },
	'mail-preview': { open: mailPreview, needs: 'GET mail/preview', title: 'mail.preview_title',
		under: 'mail' },
	'clients': { open: clientsList, needs: 'GET clients', title: 'clients.title',
		menu: ['menu.clients'], icon: icons.person },
	'client': { open: clientEdit, needs: 'GET clients/{id}', title: 'client.edit_title',
		under: 'clients' },
	'client-create': { open: clientCreate, needs: 'POST clients', title: 'client.create_title',
		under: 'clients', act: 'client.create_title' },
	'client-import': { open: clientImport, needs: 'POST clients/import', title: 'import.title',
		under: 'clients', act: 'palette.clients_import' },
	'mail-test': { open: mailTest, needs: 'POST mail/test', title: 'mail.test_title',
		under: 'mail', act: 'mail.test' },
	'profile': { open: profile, title: 'profile.title', listed: true },
	'profile-password': { open: profilePassword, title: 'profile.password_change',
		under: 'profile' },
	'profile-totp': { open: profileTotp, title: 'profile.totp_enable', under: 'profile' },
	'job': { open: jobScreen, title: 'job.title' },
};

/**
 * The row of a screen; undefined when there is none.
 * @param {string} name
 */
export function screenOf(name) {
	return Object.hasOwn(SCREENS, name) ? SCREENS[name] : undefined;
}

/**
 * Opens a screen in its place.
 * @param {Context} context
 * @param {ScreenRow} row
 */
export function openScreen(context, { open, title, under = '' }) {
	const screen = open(context);
	const parent = screenOf(under);

	screen.place = { title: t(title), above: parent ? [[`./?p=${under}`, t(parent.title)]] : [] };
	return screen;
}

/**
 * Whether a viewer may open a screen.
 * @param {Context} context
 * @param {ScreenRow} row
 */
export function mayOpen({ may }, { needs }) {
	return !needs || may(needs);
}

/**
 * The screens that a viewer may open, with their names.
 * @param {Context} context
 * @returns {(ScreenRow & {name: string})[]}
 */
export function screensFor(context) {
	return Object.entries(SCREENS).filter(([, row]) => mayOpen(context, row))
		.map(([name, row]) => ({ name, ...row }));
}
