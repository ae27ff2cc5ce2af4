/*
 * Every screen and state of the page: where it is, what a person did there, and by what one knows
 * that it is drawn. axe looks at each of them, and a picture of each is taken. They are visited in
 * this order; the last ones end the session.
 */
import { ADMIN_EMAIL, PASSWORD } from '../lib/stack.mjs';
import { appCode } from '../lib/totp.mjs';

/** A file for Import clients, with a good row and two that are refused. */
const REFUSED = { name: 'clients.csv', mimeType: 'text/csv',
	buffer: Buffer.from('name,email\nAda,ada@example.com\nBob,nope\n,bob@example.com\n') };

/* A file for Import users. */
const PEOPLE = { name: 'users.csv', mimeType: 'text/csv', buffer: Buffer.from(
	'email,name,groups\nnora@example.com,Nora Lindqvist,Support\nnope,Nobody,Support\n') };

/* A file of groups to import. */
const GROUPS = JSON.stringify({ groups: [{ name: 'Support', permissions: ['clients.view'] },
	{ name: 'Front desk', permissions: ['clients.view', 'clients.update'] }] });

/**
 * @type {Record<string, {query: string, ready: Function, act?: Function}>} act and ready are given
 *     the page and the stack
 */
export const SCREENS = {
	'the list of users': { query: '?p=users', ready: (page) => page.getByRole('row').nth(3) },
	'an empty result': {
		query: '?p=users&name=nobody+is+called+this',
		ready: (page) => page.getByRole('button', { name: 'Clear filters' }),
	},
	'Create user': {
		query: '?p=user-create',
		ready: (page) => page.getByRole('button', { name: 'Save' }),
	},
	'Create user, filled in': {
		query: '?p=user-create',
		act: async (page) => {
			await page.getByLabel('Email', { exact: true }).fill('nora.lindqvist@example.com');
			await page.getByRole('button', { name: 'Generate' }).click();
			await page.getByLabel('Name', { exact: true }).fill('Nora Lindqvist');
			await page.getByLabel('Send to email').check();
			await page.getByLabel('Mask data').check();
		},
		ready: (page) => page.getByRole('button', { name: 'Save' }),
	},
	'a refused form': {
		query: '?p=user-create',
		act: (page) => page.getByRole('button', { name: 'Save' }).click(),
		ready: (page) => page.locator('#summary'),
	},
	'what is to be handed over': {
		query: '?p=user-create',
		act: handOver,
		ready: (page) => page.locator('#given'),
	},
	'the groups to choose from': {
		query: '?p=user-create',
		act: (page) => page.getByRole('button', { name: /Groups/ }).click(),
		ready: (page) => page.getByLabel('Auditors'),
	},
	'Edit user': {
		query: '?p=user&id=1002',
		ready: (page) => page.getByRole('button', { name: 'Actions' }),
	},
	'what became of an email to a user': {
		query: '?p=user&id=1007',
		act: (page) => page.getByText('Credentials by email').scrollIntoViewIfNeeded(),
		ready: (page) => page.getByRole('button', { name: 'Actions' }),
	},
	'the actions': {
		query: '?p=user&id=1002',
		act: (page) => page.getByRole('button', { name: 'Actions' }).click(),
		ready: (page) => page.getByRole('button', { name: 'Delete user' }),
	},
	'a question': {
		query: '?p=user&id=1002',
		act: async (page) => {
			await page.getByRole('button', { name: 'Actions' }).click();
			await page.getByRole('button', { name: 'Delete user' }).click();
		},
		ready: (page) => page.getByRole('dialog'),
	},
	'the question before many are changed': {
		query: '?p=users&status=enabled',
		act: async (page) => {
			await page.getByRole('row').nth(8).waitFor();
			await page.getByRole('checkbox', { name: 'Select all rows on this page' }).check();
			await page.getByRole('button', { name: 'Disable', exact: true }).click();
		},
		ready: (page) => page.getByRole('dialog'),
	},
	'a change that can be taken back': {
		query: '?p=groups',
		act: maskSome,
		ready: (page) => page.getByRole('button', { name: 'Undo' }),
	},
	'the filters in use': {
		query: '?p=users&status=disabled&sort=name',
		ready: (page) => page.getByRole('button', { name: 'Clear filters' }),
	},
	'users who have a right': {
		query: '?p=users&permission=audit.view',
		ready: (page) => page.locator('.filters select[title]'), // it says what the right allows
	},
	'the columns': {
		query: '?p=users',
		act: (page) => page.getByRole('button', { name: 'Columns' }).click(),
		ready: (page) => page.getByLabel('Creator'),
	},
	'the name of a view': {
		query: '?p=users&status=disabled',
		act: (page) => page.getByRole('button', { name: 'Save view' }).click(),
		ready: (page) => page.getByRole('dialog'),
	},
	'the palette': {
		query: '?p=users',
		act: async (page) => {
			await page.getByRole('row').nth(3).waitFor();
			await page.keyboard.press('Control+k');
			await page.keyboard.type('sunniva');
		},
		ready: (page) => page.getByRole('option', { name: /Client/ }).first(),
	},
	'Import users': {
		query: '?p=user-import',
		act: checkPeople,
		ready: (page) => page.getByRole('button', { name: /^Import/ }),
	},
	'the list of groups': {
		query: '?p=groups',
		ready: (page) => page.getByText('Auditors').first(),
	},
	'Create group': { query: '?p=group-create', ready: (page) => page.getByLabel('Users: Update') },
	'Edit group': { query: '?p=group&id=2', ready: (page) => page.getByLabel('Users: Update') },
	'a group that is fixed': {
		query: '?p=group&id=1',
		ready: (page) => page.getByText('cannot be changed'),
	},
	'the members of a group': {
		query: '?p=group&id=2&tab=users',
		ready: (page) => page.getByRole('link', { name: '@' }).first(),
	},
	'what a change of a group means': {
		query: '?p=group&id=2',
		act: async (page) => {
			await page.getByLabel('Users: Delete').check();
			await page.getByRole('button', { name: 'Save' }).click();
		},
		ready: (page) => page.getByRole('dialog'),
	},
	'Import groups': {
		query: '?p=groups-import',
		act: (page) => page.getByLabel('File').setInputFiles({ name: 'groups.json',
			mimeType: 'application/json', buffer: Buffer.from(GROUPS) }),
		ready: (page) => page.getByText('Will be added with a suffix'),
	},
	'the list of rooms': {
		query: '?p=rooms',
		act: withRooms,
		ready: (page) => page.locator('tbody a').first(),
	},
	'Create room': {
		query: '?p=room-create',
		act: (page) => page.getByRole('button', { name: 'Save' }).click(),
		ready: (page) => page.locator('#summary'),
	},
	'Edit room': {
		query: '?p=room&id=901',
		act: withRooms,
		ready: (page) => page.getByRole('button', { name: 'Actions' }),
	},
	'the list of clients': { query: '?p=clients', ready: (page) => page.getByRole('row').nth(3) },
	'Create client': {
		query: '?p=client-create',
		act: (page) => page.getByRole('button', { name: 'Save' }).click(),
		ready: (page) => page.locator('#summary'),
	},
	'Edit client': {
		query: '?p=client&id=3',
		ready: (page) => page.getByRole('button', { name: 'Actions' }),
	},
	'Import clients': {
		query: '?p=client-import',
		act: (page) => check(page, REFUSED),
		ready: (page) => page.getByRole('button', { name: /^Import/ }),
	},
	'New password': {
		query: '?p=user-credentials&id=1002',
		ready: (page) => page.getByRole('button', { name: 'Generate' }),
	},
	'the list of emails': { query: '?p=mail', ready: (page) => page.getByRole('row').nth(3) },
	'one email': { query: '?p=letter&id=3',
		ready: (page) => page.getByText('Refused by the mail server') },
	'an email to send again': {
		query: '?p=letter&id=3',
		act: (page) => page.getByRole('button', { name: 'Send again' }).click(),
		ready: (page) => page.getByRole('dialog'),
	},
	'the preview of an email': {
		query: '?p=mail-preview',
		ready: (page) => page.frameLocator('iframe').getByRole('link').first(),
	},
	'a refused test email': {
		query: '?p=mail-test',
		act: async (page) => {
			await page.getByLabel('To', { exact: true }).fill('');
			await page.getByRole('button', { name: 'Send', exact: true }).click();
		},
		ready: (page) => page.locator('#summary'),
	},
	'the list of sessions': {
		query: '?p=sessions',
		ready: (page) => page.getByText('This session'),
	},
	'the question before a session ends': {
		query: '?p=sessions',
		act: (page) => page.locator('tbody').getByRole('button').first().click(),
		ready: (page) => page.getByRole('dialog'),
	},
	'the audit log': { query: '?p=audit', ready: (page) =>
		page.getByText('Command line').first() },
	'an act on many, unfolded': {
		query: '?p=audit&sort=at',
		act: unfold,
		ready: (page) => page.getByRole('button', { name: /entries of one act/, expanded: true }),
	},
	'a person to filter by': {
		query: '?p=audit',
		act: pickPerson,
		ready: (page) => page.locator('.palette-entry', { hasText: 'Anna' }).first(),
	},
	'the forms of an export': {
		query: '?p=users',
		act: (page) => page.locator('[popovertarget=export-form]').click(),
		ready: (page) => page.locator('#export-form').getByRole('button').first(),
	},
	'an entry of the audit log': { query: '?p=audit-entry&id=1', ready: (page) =>
		page.getByRole('row', { name: /Email/ }) },
	'Profile': { query: '?p=profile', ready: (page) => page.locator('tbody tr').first() },
	'Change password': {
		query: '?p=profile-password',
		act: (page) => page.getByRole('button', { name: 'Save' }).click(),
		ready: (page) => page.locator('#summary'),
	},
	'the QR code of an app': {
		query: '?p=profile-totp',
		act: beginEnrolment,
		ready: (page) => page.getByRole('img', { name: /QR code/ }),
	},
	'recovery codes': {
		query: '?p=profile-totp',
		act: enrol,
		ready: (page) => page.getByText('shown only now'),
	},
	'an address that leads nowhere': {
		query: '?p=nothing',
		ready: (page) => page.getByText('There is no such page'),
	},
	'a record that does not exist': {
		query: '?p=user&id=99999999',
		ready: (page) => page.locator('main').getByRole('link', { name: 'Go to Users' }),
	},
	'what there is to set up': {
		query: '?p=users',
		act: (page) => beginNew(page),
		ready: (page) => page.getByRole('region', { name: 'Set up' }),
	},
	'mail that is failing': {
		query: '?p=users',
		act: (page) => failMail(page),
		ready: (page) => page.getByText('Mail is failing'),
	},
	'the result of an import': {
		query: '?p=user-import',
		act: async (page, stack) => {
			await checkPeople(page, stack);
			await page.getByRole('button', { name: /^Import/ }).click();
		},
		ready: (page) => page.getByRole('heading', { name: /has been imported/ }),
	},
	'a proof that it is the same person': {
		query: '?p=user&id=1002',
		act: async (page, stack) => {
			stack.sql('UPDATE session SET proved_at = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR');
			await page.getByRole('button', { name: 'Actions' }).click();
			await page.getByRole('button', { name: 'Delete user' }).click();
			await page.getByRole('dialog').getByRole('button', { name: /^Delete/ }).click();
		},
		ready: (page) => page.getByRole('dialog', { name: 'Confirm that it is you' }),
	},
	'signing in again over a form': {
		query: '?p=user&id=1002',
		act: async (page, stack) => {
			await page.getByLabel('Name', { exact: true }).fill('Somebody else');
			stack.sql('DELETE FROM session');
			await page.getByRole('button', { name: 'Save' }).click();
		},
		ready: (page) => page.getByRole('dialog', { name: /Sign in/ }),
	},
	'sign in, refused': {
		query: 'sign-in.html',
		act: (page) => page.getByRole('button', { name: 'Sign in' }).click(),
		ready: (page) => page.locator('#summary'),
	},
	'Caps Lock while one signs in': {
		query: 'sign-in.html',
		act: (page) => page.getByLabel('Password', { exact: true }).evaluate((element) =>
			element.dispatchEvent(new KeyboardEvent('keydown',
				{ key: 'a', bubbles: true, modifierCapsLock: true }))),
		ready: (page) => page.getByText('Caps Lock is on.'),
	},
	'how long to wait before the next try': {
		query: 'sign-in.html',
		act: waitToSignIn,
		ready: (page) => page.locator('.form-buttons').getByText(/1:\d/),
	},
	'a forgotten password': {
		query: 'sign-in.html',
		act: (page) => page.getByRole('button', { name: 'Forgotten password?' }).click(),
		ready: (page) => page.getByRole('button', { name: 'Send the link' }),
	},
};

/** Rooms of a host that has other pages. */
export function addRooms(stack) {
	stack.sql(`INSERT IGNORE INTO room (id, name, address, bit)
		VALUES (901, 'Price list', '/prices/', 1), (902, 'phpMyAdmin', '/phpmyadmin/', 2),
			(903, 'Grafana', '/grafana/', 4);
		INSERT IGNORE INTO room_group (group_id, room_id, bit)
		VALUES (2, 901, 1), (3, 901, 1), (4, 903, 4);
		UPDATE authz_epoch SET epoch = epoch + 1`);
}

async function withRooms(page, stack) {
	addRooms(stack);
	await page.reload();
}

/** A change of some users, seen from another screen. */
async function maskSome(page, stack) {
	stack.sql(`DELETE FROM work; UPDATE user JOIN (SELECT id FROM user ORDER BY id LIMIT 3 OFFSET 2)
		some USING (id) SET mask_data = FALSE`);
	await page.goto(`${stack.url}?p=users&sort=id`);
	for (const row of [2, 3, 4]) {
		await page.locator('tbody').getByRole('checkbox').nth(row).check();
	}
	await page.getByRole('button', { name: 'Mask', exact: true }).click();
	await page.locator('.toolbar').getByRole('button', { name: 'Undo' }).waitFor();
	await page.goto(`${stack.url}?p=groups`);
}

/** A user who is not mailed, and what would keep them out. */
async function handOver(page, stack) {
	stack.sql("DELETE FROM user WHERE email = 'nora@example.com'");
	await page.getByLabel('Email', { exact: true }).fill('nora@example.com');
	await page.getByRole('button', { name: 'Generate' }).click();
	await page.getByLabel('Status').selectOption('disabled');
	await page.getByRole('button', { name: 'Save' }).click();
}

/** Three entries of one act, of which the first alone is shown before. */
async function unfold(page, stack) {
	const values = [1, 2, 3].map((one) => `('2020-02-28 12:00:0${one}', 'client.update', 'ok',
		'client', 9${one}, 'cafe0123cafe0123')`);

	stack.sql(`DELETE FROM audit WHERE request_id = 'cafe0123cafe0123';
		INSERT INTO audit (at, action, result, target_type, target_id, request_id)
		VALUES ${values}`);
	await page.reload();
	await page.locator('.cell-action [aria-expanded]').first().click();
}

async function pickPerson(page) {
	const fold = page.locator('.fold[aria-expanded=false]');

	await page.locator('table[aria-busy=false]').waitFor();
	if (await fold.isVisible()) {
		await fold.click();
	}
	await page.locator('.filters .opener').first().click();
	await page.getByRole('dialog').locator('input').fill('anna');
}

/** The sign-in as it is when one has tried too often. */
async function waitToSignIn(page) {
	await page.route(/api\/v1\/session$/, (route) => route.fulfill({ status: 429,
		headers: { 'Retry-After': '65' }, contentType: 'application/json',
		body: '{"code":"too_many_requests"}' }), { times: 1 });
	await page.getByLabel('Email').fill(ADMIN_EMAIL);
	await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
	await page.getByRole('button', { name: 'Sign in' }).click();
}

async function check(page, file) {
	await page.getByLabel('CSV file').setInputFiles(file);
	await page.getByRole('button', { name: 'Check' }).click();
}

/* Whoever was imported before is taken. */
function checkPeople(page, stack) {
	stack.sql("DELETE FROM user WHERE email = 'nora@example.com'");
	return check(page, PEOPLE);
}

async function beginEnrolment(page) {
	await page.getByLabel('Current password').fill(PASSWORD);
	await page.getByRole('button', { name: 'Continue' }).click();
	await page.locator('.key').waitFor();
}

/** Only the page is left as it is: the next sign-in shall not ask for a code. */
async function enrol(page, stack) {
	await beginEnrolment(page);
	const secret = (await page.locator('.key').innerText()).replaceAll(' ', '');

	await page.getByLabel('Code', { exact: true }).fill(appCode(secret));
	await page.getByRole('button', { name: 'Confirm' }).click();
	await page.locator('.codes').waitFor();
	stack.admin(['user', 'disable-2fa', ADMIN_EMAIL]);
	stack.sql('UPDATE session SET proved_at = UTC_TIMESTAMP(6)'); // it was not done by hand
}

/** The list of users as it is where there is nobody else yet. */
async function beginNew(page) {
	await page.getByRole('row').nth(1).waitFor(); // the answer that is changed is of the next load
	await page.route(/api\/v1\/users\?/, async (route) => {
		const answer = await route.fetch();
		const list = await answer.json();

		await route.fulfill({ response: answer, json: { items: list.items.slice(0, 1),
			page: { ...list.page, total: 1, next: null } } });
	}, { times: 1 });
	await page.reload();
}

/** The page as it is when the server says that mail is failing. */
async function failMail(page) {
	await page.getByRole('row').nth(3).waitFor();
	await page.route(/api\/v1\/session$/, async (route) => {
		const answer = await route.fetch();
		const session = await answer.json();

		session.features.mail_failing = true;
		await route.fulfill({ response: answer, json: session });
	}, { times: 1 });
	await page.reload();
}
