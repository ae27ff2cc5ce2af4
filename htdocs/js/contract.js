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
	'GET rooms': 'rooms.view',
	'POST rooms': 'rooms.create',
	'GET rooms/{id}': 'rooms.view',
	'PATCH rooms/{id}': 'rooms.update',
	'DELETE rooms/{id}': 'rooms.delete',
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
	'GET audit/export.csv': 'audit.view',
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

/** @type {import('./records.js').Encoding[]} */
export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'windows-1251',
	'windows-1256'];

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
	room_address_max: 199,
	rooms_max: 64,
	networks_max: 50,
	password_min: 15,
	password_max: 256,
	password_groups: 4,
	password_group: 5,
};

/** The group that has every permission. */
export const ADMINISTRATORS = 1;

/** The countries of ISO 3166-1. */
export const COUNTRIES = ['AD', 'AE', 'AF', 'AG', 'AI', 'AL', 'AM', 'AO', 'AQ', 'AR', 'AS', 'AT',
	'AU', 'AW', 'AX', 'AZ', 'BA', 'BB', 'BD', 'BE', 'BF', 'BG', 'BH', 'BI', 'BJ', 'BL', 'BM', 'BN',
	'BO', 'BQ', 'BR', 'BS', 'BT', 'BV', 'BW', 'BY', 'BZ', 'CA', 'CC', 'CD', 'CF', 'CG', 'CH', 'CI',
	'CK', 'CL', 'CM', 'CN', 'CO', 'CR', 'CU', 'CV', 'CW', 'CX', 'CY', 'CZ', 'DE', 'DJ', 'DK', 'DM',
	'DO', 'DZ', 'EC', 'EE', 'EG', 'EH', 'ER', 'ES', 'ET', 'FI', 'FJ', 'FK', 'FM', 'FO', 'FR', 'GA',
	'GB', 'GD', 'GE', 'GF', 'GG', 'GH', 'GI', 'GL', 'GM', 'GN', 'GP', 'GQ', 'GR', 'GS', 'GT', 'GU',
	'GW', 'GY', 'HK', 'HM', 'HN', 'HR', 'HT', 'HU', 'ID', 'IE', 'IL', 'IM', 'IN', 'IO', 'IQ', 'IR',
	'IS', 'IT', 'JE', 'JM', 'JO', 'JP', 'KE', 'KG', 'KH', 'KI', 'KM', 'KN', 'KP', 'KR', 'KW', 'KY',
	'KZ', 'LA', 'LB', 'LC', 'LI', 'LK', 'LR', 'LS', 'LT', 'LU', 'LV', 'LY', 'MA', 'MC', 'MD', 'ME',
	'MF', 'MG', 'MH', 'MK', 'ML', 'MM', 'MN', 'MO', 'MP', 'MQ', 'MR', 'MS', 'MT', 'MU', 'MV', 'MW',
	'MX', 'MY', 'MZ', 'NA', 'NC', 'NE', 'NF', 'NG', 'NI', 'NL', 'NO', 'NP', 'NR', 'NU', 'NZ', 'OM',
	'PA', 'PE', 'PF', 'PG', 'PH', 'PK', 'PL', 'PM', 'PN', 'PR', 'PS', 'PT', 'PW', 'PY', 'QA', 'RE',
	'RO', 'RS', 'RU', 'RW', 'SA', 'SB', 'SC', 'SD', 'SE', 'SG', 'SH', 'SI', 'SJ', 'SK', 'SL', 'SM',
	'SN', 'SO', 'SR', 'SS', 'ST', 'SV', 'SX', 'SY', 'SZ', 'TC', 'TD', 'TF', 'TG', 'TH', 'TJ', 'TK',
	'TL', 'TM', 'TN', 'TO', 'TR', 'TT', 'TV', 'TW', 'TZ', 'UA', 'UG', 'UM', 'US', 'UY', 'UZ', 'VA',
	'VC', 'VE', 'VG', 'VI', 'VN', 'VU', 'WF', 'WS', 'YE', 'YT', 'ZA', 'ZM', 'ZW'];

/** What phone numbers begin with if it is not three digits. */
export const SHORT_CODES = ['93', '1', '54', '43', '61', '32', '55', '47', '41', '56', '86', '57',
	'53', '49', '45', '20', '34', '33', '44', '30', '36', '62', '91', '98', '39', '81', '82', '7',
	'94', '95', '52', '60', '31', '64', '51', '63', '92', '48', '40', '46', '65', '66', '90', '58',
	'84', '27'];

/** The letters that a generated password is made of. */
export const PASSWORD_LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';
