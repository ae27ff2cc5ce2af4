/*
 * What the page has to know of the server while it runs.
 * Printed by backoffice-fcgi --contract from its tables: `make contract` writes this file.
 */

/** The permission that a route asks for; the others ask for none. */
export const NEEDS = /** @type {const} */ ({
	'GET users': 'users.view',
	'POST users': 'users.create',
	'GET users/{id}': 'users.view',
	'PATCH users/{id}': 'users.update',
	'DELETE users/{id}': 'users.delete',
	'GET users/{id}/rights': 'users.view',
	'POST users/{id}/unlock': 'users.update',
	'GET users/export.csv': 'users.view',
	'POST users/import': 'users.create',
	'POST users/bulk': 'users.update',
	'POST users/{id}/credentials': 'users.update',
	'GET groups': 'groups.view',
	'POST groups': 'groups.create',
	'GET groups/export.json': 'groups.view',
	'POST groups/import': 'groups.create',
	'GET groups/{id}': 'groups.view',
	'PATCH groups/{id}': 'groups.update',
	'DELETE groups/{id}': 'groups.delete',
	'GET groups/{id}/users': 'groups.view',
	'GET permissions': 'groups.view',
	'GET clients': 'clients.view',
	'POST clients': 'clients.create',
	'GET clients/export.csv': 'clients.view',
	'POST clients/import': 'clients.create',
	'POST clients/lookup': 'clients.view',
	'GET clients/{id}': 'clients.view',
	'PATCH clients/{id}': 'clients.update',
	'DELETE clients/{id}': 'clients.delete',
	'GET sessions': 'sessions.view',
	'DELETE sessions/{id}': 'sessions.delete',
	'GET users/{id}/sessions': 'sessions.view',
	'DELETE users/{id}/sessions': 'sessions.delete',
	'GET users/{id}/sessions/{sid}': 'sessions.view',
	'DELETE users/{id}/sessions/{sid}': 'sessions.delete',
	'GET audit': 'audit.view',
	'GET audit/{id}': 'audit.view',
	'GET audit/export.jsonl': 'audit.view',
	'GET mail': 'mail.view',
	'POST mail/test': 'mail.create',
	'GET mail/preview': 'mail.view',
	'GET mail/preview.html': 'mail.view',
	'GET mail/{id}': 'mail.view',
	'DELETE mail/{id}': 'mail.delete',
	'POST mail/{id}/resend': 'mail.update',
});

/** @type {import('./records.js').Status[]} */
export const STATUSES = ['disabled', 'enabled'];

/** @type {import('./records.js').TwoFactor[]} */
export const TWO_FACTORS = ['disabled', 'email', 'totp'];

/** @type {import('./records.js').LetterKind[]} */
export const LETTER_KINDS = ['credentials', 'code', 'test', 'link', 'forgotten', 'changed'];

/** @type {import('./records.js').LetterState[]} */
export const LETTER_STATES = ['queued', 'sending', 'sent', 'failed', 'expired', 'cancelled'];

/** What a masked viewer neither sees nor changes, by record. */
export const MASKED = /** @type {const} */ ({
	Client: ['name', 'email', 'phone'],
});

/** Numbers of rows, bytes or characters; sentences name them. */
export const LIMITS = {
	page_size: 50,
	page_size_max: 200,
	import_bytes_max: 67108864,
	import_mib_max: 64,
	import_rows_max: 100000,
	email_max: 254,
	person_max: 200,
	group_max: 100,
	view_max: 60,
	networks_max: 50,
	password_min: 15,
	password_max: 256,
	password_groups: 4,
	password_group: 5,
};

/** The group that has every permission. */
export const ADMINISTRATORS = 1;

/** The letters that a generated password is made of. */
export const PASSWORD_LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';
