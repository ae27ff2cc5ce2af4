/*
 * THE table of screens: the address ./?p=NAME opens the row of that name. The menu and the palette
 * are made of the same rows, in this order.
 */
import { icons } from '../ui/icons.js';
import { NotThere } from './not-there.js';
import { t, wholeMessages } from '../core/i18n.js';

/** @typedef {import('../ui/context.js').Context} Context */

/**
 * All words are message keys.
 * @typedef {object} ScreenRow
 * @property {() => Promise<{open: (context: Context) => import('../core/router.js').Screen}>} load
 *     its module, which is asked for when it is opened
 * @property {import('../ui/context.js').Route} [needs] what it asks of the API: who may not ask
 *     that has no such screen
 * @property {string} title what it is called, where it does not call itself something else
 * @property {string[]} [menu] its place there: headings, and its own word
 * @property {unknown} [icon] in the menu
 * @property {string} [under] the screen that it stands under, in its head and in the menu
 * @property {boolean} [listed] it is in the palette though not in the menu
 * @property {string} [act] its word in the palette, where it is for doing something
 * @property {boolean} [brief] it is drawn with the words that come first
 */

const SYSTEM = 'menu.system';
const USERS = 'menu.users';

/** @type {Record<string, ScreenRow>} */
const SCREENS = {
	'users': { load: () => import('./users-list.js'), needs: 'GET users', title: 'users.title',
		menu: [SYSTEM, USERS, 'menu.users'], icon: icons.users, brief: true },
	'user': { load: () => import('./user-edit.js'), needs: 'GET users/{id}',
		title: 'user.edit_title', under: 'users' },
	'user-create': { load: () => import('./user-create.js'), needs: 'POST users',
		title: 'user.create_title', under: 'users', act: 'user.create_title' },
	'user-import': { load: () => import('./user-import.js'), needs: 'POST users/import',
		title: 'import.users_title', under: 'users' },
	'user-credentials': { load: () => import('./user-credentials.js'),
		needs: 'POST users/{id}/credentials', title: 'credentials.title', under: 'users' },
	'groups': { load: () => import('./groups-list.js'), needs: 'GET groups', title: 'groups.title',
		menu: [SYSTEM, USERS, 'menu.groups'], icon: icons.groups },
	'group': { load: () => import('./group-edit.js'), needs: 'GET groups/{id}',
		title: 'group.edit_title', under: 'groups' },
	'group-create': { load: () => import('./group-create.js'), needs: 'POST groups',
		title: 'group.create_title', under: 'groups', act: 'group.create_title' },
	'groups-import': { load: () => import('./groups-import.js'), needs: 'POST groups/import',
		title: 'groups.import_title', under: 'groups', act: 'palette.groups_import' },
	'rooms': { load: () => import('./rooms-list.js'), needs: 'GET rooms', title: 'rooms.title',
		menu: [SYSTEM, 'menu.rooms'], icon: icons.rooms },
	'room': { load: () => import('./room-edit.js'), needs: 'GET rooms/{id}',
		title: 'room.edit_title', under: 'rooms' },
	'room-create': { load: () => import('./room-create.js'), needs: 'POST rooms',
		title: 'room.create_title', under: 'rooms', act: 'room.create_title' },
	'sessions': { load: () => import('./sessions-list.js'), needs: 'GET sessions',
		title: 'sessions.title', menu: [SYSTEM, 'menu.sessions'], icon: icons.sessions },
	'audit': { load: () => import('./audit-list.js'), needs: 'GET audit', title: 'audit.title',
		menu: [SYSTEM, 'menu.audit'], icon: icons.audit },
	'audit-entry': { load: () => import('./audit-entry.js'), needs: 'GET audit/{id}',
		title: 'audit.entry_title', under: 'audit' },
	'mail': { load: () => import('./mail-list.js'), needs: 'GET mail', title: 'mail.title',
		menu: [SYSTEM, 'menu.mail'], icon: icons.mail },
	'letter': { load: () => import('./letter.js'), needs: 'GET mail/{id}', title: 'letter.title',
		under: 'mail' },
	'mail-preview': { load: () => import('./mail-preview.js'), needs: 'GET mail/preview',
		title: 'mail.preview_title', under: 'mail' },
	'clients': { load: () => import('./clients-list.js'), needs: 'GET clients',
		title: 'clients.title', menu: ['menu.clients'], icon: icons.person },
	'client': { load: () => import('./client-edit.js'), needs: 'GET clients/{id}',
		title: 'client.edit_title', under: 'clients' },
	'client-create': { load: () => import('./client-create.js'), needs: 'POST clients',
		title: 'client.create_title', under: 'clients', act: 'client.create_title' },
	'client-import': { load: () => import('./client-import.js'), needs: 'POST clients/import',
		title: 'import.title', under: 'clients', act: 'palette.clients_import' },
	'mail-test': { load: () => import('./mail-test.js'), needs: 'POST mail/test',
		title: 'mail.test_title', under: 'mail', act: 'mail.test' },
	'profile': { load: () => import('./profile.js'), title: 'profile.title', listed: true },
	'profile-password': { load: () => import('./profile-password.js'),
		title: 'profile.password_change', under: 'profile' },
	'profile-totp': { load: () => import('./profile-totp.js'), title: 'profile.totp_enable',
		under: 'profile' },
	'job': { load: () => import('./job.js'), title: 'job.title' },
};

/**
 * The row of a screen; undefined when there is none.
 * @param {string} name
 */
export function screenOf(name) {
	return Object.hasOwn(SCREENS, name) ? SCREENS[name] : undefined;
}

/**
 * Has the module of a screen on its way before anybody knows whether the viewer may open it.
 * @param {string} name "" for the first one of the menu
 */
export function expectScreen(name) {
	const row = name ? screenOf(name) : Object.values(SCREENS).find(({ menu }) => menu);

	row?.load().catch(() => {}); // whoever opens it says so
}

let isFirst = true;

/**
 * Opens a screen in its place.
 * @param {Context} context
 * @param {ScreenRow} row
 */
export async function openScreen(context, { brief, load, title, under = '' }) {
	const [part, isWhole] = await Promise.all([load().catch(() => null),
		brief && isFirst ? true : wholeMessages()]);
	const module = isWhole ? part : null;
	const screen = module ? module.open(context) : new NotThere(isFirst);
	const parent = screenOf(under);

	isFirst = false;
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
