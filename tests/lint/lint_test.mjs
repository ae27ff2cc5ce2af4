/* The lint scripts of our own can fail: each gets a small tree with one fault and must name it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync }
	from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';

/** What a script says of a tree: files by path. */
function lint(script, files) {
	const root = mkdtempSync(join(tmpdir(), 'lint-'));

	try {
		for (const [path, text] of Object.entries(files)) {
			mkdirSync(join(root, dirname(path)), { recursive: true });
			writeFileSync(join(root, path), text);
		}
		const { status, stdout, stderr } = spawnSync(join(import.meta.dirname, script), [root],
			{ encoding: 'utf8' });

		assert.equal(stderr, '');
		return { status, lines: stdout.split('\n') };
	} finally {
		rmSync(root, { recursive: true });
	}
}

/** The finding, word for word or by pattern, is there and fails the script. */
function finds(script, files, finding) {
	const { status, lines } = lint(script, files);
	const found = lines.some((line) => finding instanceof RegExp ? finding.test(line)
		: line === finding);

	assert.ok(found, `wanted ${finding} among:\n${lines.join('\n')}`);
	assert.equal(status, 1);
}

function accepts(script, files) {
	const { status, lines } = lint(script, files);

	assert.equal(status, 0, lines.join('\n'));
}

const include = (header) => `#include ${header}\n`;

describe('rooms', () => {
	it('accepts includes that point down or stay in the room', () => {
		accepts('rooms', {
			'fcgi/api/users.c': include('"api/call.h"') + include('"store/user.h"'),
			'fcgi/bin/fcgi.c': include('"cli/cli.h"') + include('<unistd.h>'),
		});
	});

	it('refuses an include that points up', () => {
		finds('rooms', { 'fcgi/store/user.c': `\n${include('"view/user.h"')}` },
			'fcgi/store/user.c:2: store/ must not know view/, above it');
	});

	it('refuses an include of a room on the same floor', () => {
		finds('rooms', { 'fcgi/auth/guard.h': include('"http/reply.h"') },
			'fcgi/auth/guard.h:1: auth/ must not know http/, on the same floor');
	});

	it('refuses an include without its room', () => {
		finds('rooms', { 'fcgi/api/users.c': include('"call.h"') },
			'fcgi/api/users.c:1: "call.h" must be named with its room');
	});

	it('refuses a room that the house does not have', () => {
		finds('rooms', { 'fcgi/extra/thing.c': include('"base/err.h"') },
			'fcgi/extra/thing.c:1: no such room: extra/');
	});

	const doors = {
		'mysql.h': ['store/db.c', 'store/user.c'],
		'fcgiapp.h': ['http/listen.c', 'api/serve.c'],
		'jansson.h': ['view/table.c', 'api/users.c'],
		'curl/curl.h': ['mail/smtp.c', 'bin/mailer.c'],
		'sodium.h': ['base/secret.c', 'rule/password.c'],
		'liboath/oath.h': ['rule/totp.c', 'auth/factor.c'],
		'idn2.h': ['base/text.c', 'rule/field.c'],
		'uninorm.h': ['base/text.c', 'rule/field.c'],
		'zxcvbn.h': ['rule/password.c', 'rule/perm.c'],
		'ini.h': ['base/conf.c', 'base/log.c'],
	};

	for (const [header, [inside, outside]] of Object.entries(doors)) {
		it(`lets <${header}> in by its door only`, () => {
			accepts('rooms', { [`fcgi/${inside}`]: include(`<${header}>`) });
			finds('rooms', { [`fcgi/${outside}`]: include(`<${header}>`) },
				new RegExp(`^fcgi/${outside}:1: <${header}> has its door in `));
		});
	}

	it('refuses an import of the page that points up', () => {
		finds('rooms', { 'htdocs/js/core/api.js': "import { form } from '../ui/form.js';\n" },
			'htdocs/js/core/api.js:1: core/ must not know ui/, above it');
	});

	it('refuses an import from vendor/ outside its doors', () => {
		const line = "export { html } from '../../vendor/lit-html/lit-html.js';\n";

		accepts('rooms', { 'htdocs/js/core/html.js': line });
		finds('rooms', { 'htdocs/js/pages/users.js': line },
			'htdocs/js/pages/users.js:1: vendor/ has its doors in core/html.js core/qr.js');
	});
});

describe('shape', () => {
	const body = (lines) => 'int count(void)\n{\n'
		+ '\tcall();\n'.repeat(lines - 4) + '\treturn 0;\n}\n';
	const nested = (depth) => 'void walk(int n)\n{\n'
		+ 'if (n) {\n'.repeat(depth) + '}\n'.repeat(depth) + '}\n';

	it('accepts a function of 60 lines and refuses one of 61', () => {
		accepts('shape', { 'fcgi/base/a.c': body(60) });
		finds('shape', { 'fcgi/base/a.c': body(61) }, 'fcgi/base/a.c:1: count() has 61 lines');
	});

	it('prints the median length of functions', () => {
		const { lines } = lint('shape', { 'fcgi/base/a.c': body(10) });

		assert.equal(lines[0], '1 functions, median 10 lines, longest 10');
	});

	it('accepts four blocks within each other and refuses five', () => {
		accepts('shape', { 'fcgi/base/a.c': nested(4) });
		finds('shape', { 'fcgi/base/a.c': nested(5) },
			'fcgi/base/a.c:7: a block within 4 blocks');
	});

	it('does not take an initialiser for a block', () => {
		const list = nested(4).replace('{\n}', '{\nint n[1][1] = {{0}};\n}');

		accepts('shape', { 'fcgi/base/a.c': list });
	});

	it('counts a tab as four columns', () => {
		accepts('shape', { 'fcgi/base/a.c': `\t${'x'.repeat(96)}\n` });
		finds('shape', { 'fcgi/base/a.c': `\t${'x'.repeat(97)}\n` },
			'fcgi/base/a.c:1: 101 columns');
	});

	it('refuses spaces where tabs belong, but not in a block comment', () => {
		accepts('shape', { 'fcgi/base/a.c': '/*\n * Why.\n */\n' });
		finds('shape', { 'fcgi/base/a.c': 'int\n    a;\n' },
			'fcgi/base/a.c:2: indented with spaces');
	});

	it('refuses a file of more than 500 lines', () => {
		accepts('shape', { 'fcgi/base/a.c': '\n'.repeat(500) });
		finds('shape', { 'fcgi/base/a.c': '\n'.repeat(501) }, 'fcgi/base/a.c:1: 501 lines');
	});

	it('refuses an exception that is no longer needed', () => {
		finds('shape', { 'fcgi/store/db.c': '\n' },
			'fcgi/store/db.c:1: needs no exception any more: 1 lines');
	});

	it('refuses free() in a handler, but not in a comment', () => {
		accepts('shape', { 'fcgi/api/a.c': '/* no free() here */\n' });
		finds('shape', { 'fcgi/api/a.c': 'void f(char *p)\n{\n\tfree(p);\n}\n' },
			"fcgi/api/a.c:3: free() in a handler; use the request's arena");
	});

	it('refuses a function whose name says nothing', () => {
		finds('shape', { 'fcgi/base/a.c': 'int text_helper(void)\n{\n\treturn 0;\n}\n' },
			'fcgi/base/a.c:1: the name text_helper says nothing');
	});
});

describe('guard', () => {
	const route = '{ .at = { METHOD_PATCH, V1 "/users/{id}" }, .change = api_user_update },\n';
	const handler = (body) => ({ 'fcgi/api/routes.c': route,
		'fcgi/api/a.c': `enum err api_user_update(struct call *call)\n{\n${body}}\n` });
	const inner = (body) => ({
		'fcgi/api/b.c': `static enum err change(struct db *db)\n{\n${body}}\n\n` +
			'enum err api_user_update(struct call *call)\n{\n\tdb_transact(db, change, call);\n}\n',
		'fcgi/api/routes.c': route });
	const fault = (way) => 'PATCH /users/{id}: ' +
		`${way} calls store_user_load() before auth_guard_target() has allowed it`;

	it('accepts a handler that asks the guard first', () => {
		accepts('guard', handler('\tauth_guard_target(a);\n\tstore_user_load(a);\n'));
		accepts('guard', inner('\tauth_guard_target(a);\n\tstore_user_load(a);\n'));
	});

	it('refuses one that reads first, or never asks', () => {
		finds('guard', handler('\tstore_user_load(a);\n\tauth_guard_target(a);\n'),
			fault('api_user_update()'));
		finds('guard', handler('\tstore_user_load(a);\n'), fault('api_user_update()'));
	});

	it('follows a handler into what it calls and hands on', () => {
		finds('guard', inner('\tstore_user_load(a);\n\tauth_guard_target(a);\n'),
			fault('change()'));
	});

	it('walks the stages of a row in the order in which they are called', () => {
		const stages = (row) => ({
			'fcgi/api/c.c': 'enum err guard(struct call *c)\n{\n\tauth_guard_target(c);\n}\n\n' +
				'enum err load(struct call *c)\n{\n\tstore_user_load(c);\n}\n',
			'fcgi/api/routes.c': `{ .at = { METHOD_PATCH, V1 "/users/{id}" }, ${row} },\n` });

		accepts('guard', stages('.change = load, .allow = guard'));
		finds('guard', stages('.answer_with = guard, .check = load'), fault('load()'));
	});

	it('refuses a handler that it cannot find', () => {
		finds('guard', { 'fcgi/api/routes.c': route },
			'fcgi/api/routes.c: api_user_update() is not in fcgi/api');
	});
});

describe('tables', () => {
	const made = 'CREATE TABLE IF NOT EXISTS {user} (\n\tid INT\n);\n';
	const row = 'static const struct statement all = { "all", 0, "", "",\n';

	it('accepts names in braces, and the same words where they are no names of tables', () => {
		accepts('tables', { 'sql/migrate/0001_a.sql': `-- FROM user\n${made}`,
			'fcgi/store/a.c': `#include "store/user.h"\n${row}\t"SELECT u.id FROM {user} u "\n`
				+ '\t"WHERE u.kind = \'user\' AND u.user_id = ?" };\n'
				+ '\treturn arena_printf(arena, "no room for the user");\n' });
	});

	it('refuses a bare name in a statement, wherever its line ends', () => {
		for (const text of ['SELECT id FROM user', 'DELETE u FROM {user} u JOIN "\n\t"user x ON 1',
			'SELECT 1 FROM {user} WHERE user.id = 1', 'INSERT INTO user (id) VALUES (1)']) {
			finds('tables', { 'sql/migrate/0001_a.sql': made,
				'fcgi/store/a.c': `${row}\t"${text}" };\n` },
			/^fcgi\/store\/a\.c:[23]: the name of the table user stands in no braces$/);
		}
		finds('tables', { 'sql/migrate/0001_a.sql': made,
			'fcgi/store/a.c': '\t.table = "user",\n' },
		'fcgi/store/a.c:1: the name of the table user stands in no braces');
	});

	it('refuses a bare name in a file of SQL, in a text that is prepared there too', () => {
		for (const text of ["SET @todo = 'ALTER TABLE user ADD name INT';",
			"SELECT 1 FROM information_schema.tables WHERE table_name = 'user';",
			'GRANT SELECT ON user TO somebody;', 'ALTER TABLE {user} ADD FOREIGN KEY (id)\n'
			+ '\tREFERENCES user (id);']) {
			finds('tables', { 'sql/migrate/0001_a.sql': `${made}${text}\n` },
				/^sql\/migrate\/0001_a\.sql:[45]: the name of the table user stands in no braces$/);
		}
	});

	it('refuses a list of our tables that lacks one', () => {
		const list = (names) => `static const struct statement schema_own = { "schema_own", 0, "", `
			+ `"s",\n\t"SELECT table_name FROM tables WHERE table_name IN (${names})" };\n`;

		accepts('tables', { 'sql/migrate/0001_a.sql': made,
			'fcgi/store/schema.c': list("'{user}'") });
		finds('tables', { 'sql/migrate/0001_a.sql':
			made + made.replace('{user}', '{room}'), 'fcgi/store/schema.c': list("'{user}'") },
		'fcgi/store/schema.c:1: schema_own does not list room');
	});

	it('refuses a bare constraint, and braces around what is no name of ours', () => {
		finds('tables', { 'sql/migrate/0001_a.sql':
			`${made}ALTER TABLE {user} ADD CONSTRAINT positive CHECK (id > 0);\n` },
		'sql/migrate/0001_a.sql:4: the constraint positive stands in no braces');
		finds('tables', { 'sql/migrate/0001_a.sql': made,
			'fcgi/store/a.c': `${row}\t"SELECT id FROM {usr}" };\n` },
		'fcgi/store/a.c:2: no table is called usr');
	});
});

describe('words', () => {
	it('refuses notes to self', () => {
		for (const note of ['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X:']) {
			finds('words', { 'fcgi/base/a.c': `/* ${note} later */\n` },
				`fcgi/base/a.c:1: ${note.replace(':', '')}: do it or drop it`);
		}
	});

	it('refuses a file whose name says nothing', () => {
		finds('words', { 'htdocs/js/lib/utils.js': '\n' },
			"htdocs/js/lib/utils.js:1: the file's name says nothing");
	});

	it('refuses stray white space and a missing last new line', () => {
		finds('words', { 'sql/a.sql': 'SELECT 1; \n' },
			'sql/a.sql:1: white space at the end of the line');
		finds('words', { 'sql/a.sql': 'SELECT 1;' }, 'sql/a.sql:1: no new line at the end');
		finds('words', { 'sql/a.sql': 'SELECT 1;\n\n' }, 'sql/a.sql:2: empty lines at the end');
		finds('words', { 'sql/a.sql': 'SELECT 1;\r\n' }, 'sql/a.sql:1: carriage returns');
	});

	it('refuses a call that has a better form, but not a name that ends like it', () => {
		accepts('words', { 'fcgi/base/a.c': '\tsnprintf(out, 1, "");\n\tin->exit();\n' });
		finds('words', { 'fcgi/base/a.c': '\tsprintf(out, "");\n' },
			/^fcgi\/base\/a\.c:1: sprintf\(\): use /);
		finds('words', { 'fcgi/base/a.c': '\texit(1);\n' }, /^fcgi\/base\/a\.c:1: exit\(\): use /);
		accepts('words', { 'fcgi/bin/a.c': '\texit(1);\n' });
	});

	it('refuses SQL, statements and their running outside their room', () => {
		const sql = '\t"SELECT 1"\n';

		accepts('words', { 'fcgi/store/user.c': sql });
		finds('words', { 'fcgi/api/user.c': sql },
			'fcgi/api/user.c:1: SQL has its home in fcgi/store/');
		finds('words', { 'fcgi/api/user.c': '\tdb_run(db, some, DB_NONE);\n' },
			'fcgi/api/user.c:1: SQL has its home in fcgi/store/');
	});

	it('refuses a statement that its file does not list', () => {
		const one = 'static const struct statement one = { "one", 0, "", "", "SELECT 1" };\n';
		const list = 'const struct statement *const user_statements[] = { &one, NULL };\n';

		accepts('words', { 'fcgi/store/user.c': one + list });
		finds('words', { 'fcgi/store/user.c': one },
			'fcgi/store/user.c:1: one is not among the file\'s statements');
	});

	it('refuses a header guard that is not the path', () => {
		accepts('words', { 'fcgi/base/a.h': '#ifndef BASE_A_H\n#define BASE_A_H\n#endif\n' });
		finds('words', { 'fcgi/base/a.h': '#ifndef A_H\n#define A_H\n#endif\n' },
			'fcgi/base/a.h:1: the guard is not BASE_A_H');
	});

	const source = (name) =>
		`static int ${name}(const char *text,\n\tint most)\n{\n\treturn 0;\n}\n`;

	it('refuses a static function that another file defines too', () => {
		finds('words', { 'fcgi/api/a.c': source('answer'), 'fcgi/store/b.c': source('answer') },
			'fcgi/store/b.c:1: the static function answer has another place: fcgi/api/a.c');
	});

	it('refuses a struct tag that another file defines too', () => {
		const tag = 'struct work {\n\tint id;\n};\n';

		finds('words', { 'fcgi/api/a.c': tag, 'fcgi/api/b.c': tag },
			'fcgi/api/b.c:1: the struct tag work has another place: fcgi/api/a.c');
	});

	it('accepts a name of one file that others use', () => {
		accepts('words', {
			'fcgi/api/a.c': `struct work;\nstatic int answer(void);\n${source('answer')}`,
			'fcgi/api/b.c': `${source('a_find')}static int x = answer(1);\n`,
		});
	});
});

describe('words: messages', () => {
	/** A page with these messages and this script, and a server with this problem and rule. */
	const tree = (messages, { script = '', problems = '', rule = '' } = {}) => ({
		'htdocs/i18n/en.json': `${JSON.stringify(messages)}\n`,
		'htdocs/js/main.js': `${script}\n`,
		'fcgi/rule/problem.def': `${problems}\n`,
		'fcgi/rule/field.c': `${rule}\n`,
	});

	it('accepts literal, plural and composed keys', () => {
		accepts('words', tree({ 'a.b': '', 'a.c_one': '', 'a.c_other': '', 'state.on': '' },
			{ script: "t('a.b'); t('a.c', { count }); t(`state.${state}`);" }));
	});

	it('refuses a key that has no message', () => {
		finds('words', tree({ 'a.b': '' }, { script: "t('a.b');\nt('z.z');" }),
			'htdocs/js/main.js:2: no message z.z');
		finds('words', tree({ 'a.b': '' }, { script: "t('a.b');\nlabel = 'a.z';" }),
			'htdocs/js/main.js:2: no message a.z');
	});

	it('refuses a message that nobody says', () => {
		finds('words', tree({ 'a.b': '' }), 'htdocs/i18n/en.json:1: nobody says a.b');
		finds('words', tree({ 'error.email.odd': '' }),
			'htdocs/i18n/en.json:1: nobody says error.email.odd');
	});

	it('refuses a problem of the server that the page cannot explain', () => {
		const problems = 'PROBLEM(STALE, 412, ERR_STALE, "stale", "")';

		finds('words', tree({ 'a.b': '' }, { problems }),
			'htdocs/i18n/en.json:1: no message problem.stale, which fcgi/rule/problem.def says');
	});

	/** What the server says, the file that says it, and the message that is wanted for it. */
	const SAID = [
		['fcgi/rule/password.c', 'return "password.common";', 'error.password.common'],
		['fcgi/auth/login.c', 'reply_field(reply, "code", "code.wrong");', 'error.code.wrong'],
		['fcgi/api/import.c', 'reply_field(call->reply, field->name, "csv.missing");',
			'error.csv.missing'],
		['fcgi/http/input.c', '\treturn points < min ? "too_short" : NULL;',
			'error.any.too_short'],
		['fcgi/rule/field.c', '\treturn "too_long";', 'error.any.too_long'],
		['fcgi/http/body.c', '\twrong(reading, field, "surplus");', 'error.any.surplus'],
		['fcgi/http/body.c', '\tsay(reading, name, "type");', 'error.any.type'],
		['fcgi/http/query.c', 'return arena_printf(arena, "%s.format", name);',
			'error.any.format'],
		['fcgi/http/query.c', 'return malformed(reading, name, "repeated");',
			'error.any.repeated'],
		['fcgi/api/users.c', '.action = "user.create"', 'audit.action.user.create'],
		['fcgi/cli/audit.c', '\taction = "audit.prune";', 'audit.action.audit.prune'],
		['fcgi/api/mail.c', '.target_type = "mail"', 'audit.type.mail'],
		['fcgi/rule/perm.def', 'PERM(MAIL_VIEW, "mail", "view")', 'rights.category.mail'],
		['fcgi/rule/perm.def', 'PERM(MAIL_VIEW, "mail", "view")', 'rights.action.view'],
		['fcgi/rule/perm.def', 'PERM(MAIL_VIEW, "mail", "view")', 'rights.allows.mail.view'],
		['fcgi/rule/account.c', 'status_words[] = {\n\t[0] = "disabled",\n};\n'
			+ 'two_factor_words[] = { [0] = "totp" };', 'two_factor.totp'],
		['fcgi/store/job.c', 'job_kind_words[] = { [0] = "import" };\n'
			+ 'job_state_words[] = { [0] = "expired" };', 'job.kind.import'],
		['fcgi/store/outbox.c', 'letter_kind_words[] = { [0] = "code" };\n'
			+ 'outbox_state_words[] = { [0] = "queued" };', 'mail.kind.code'],
		['fcgi/view/group.c', 'result_words[] = { [0] = "renamed" };', 'groups.did.renamed'],
		['fcgi/mail/queue.c', '\t[SMTP_DEFERRED] = "deferred",', 'mail.reason.deferred'],
		['fcgi/bin/mailer.c', '.reason = "unreadable"', 'mail.reason.unreadable'],
		['fcgi/api/mail.c', 'store_mail_cancel(db, id, "deleted");', 'mail.reason.deleted'],
	];

	for (const [path, code, message] of SAID) {
		it(`refuses ${code.trim().split('\n')[0]} without the message ${message}`, () => {
			finds('words', { ...tree({ 'a.b': '' }), [path]: `${code}\n` },
				`htdocs/i18n/en.json:1: no message ${message}, which ${
					message.startsWith('error.any') ? 'fcgi/http/' : path} says`);
		});
	}

	it('refuses a message for a word that the server no longer says', () => {
		const perm = 'PERM(MAIL_VIEW, "mail", "view")\n';
		const script = ['category', 'action', 'allows'].map((one) =>
			`t(\`rights.${one}.\${word}\`);`).join(' ');
		const messages = { 'rights.category.mail': '', 'rights.action.view': '',
			'rights.allows.mail.view': '' };

		accepts('words', { ...tree(messages, { script }), 'fcgi/rule/perm.def': perm });
		finds('words', { ...tree({ ...messages, 'rights.category.fax': '' }, { script }),
			'fcgi/rule/perm.def': perm }, 'htdocs/i18n/en.json:1: nobody says rights.category.fax');
		finds('words', tree({ 'error.email.taken': '' },
			{ rule: '{ .name = "email", .kind = FIELD_TEXT }' }),
		'htdocs/i18n/en.json:1: nobody says error.email.taken');
	});

	it('accepts a message for one field in what can be wrong with any', () => {
		accepts('words', { ...tree({ 'error.any.too_long': '', 'error.email.too_long': '' },
			{ rule: '{ .name = "email", .kind = FIELD_TEXT }' }),
		'fcgi/http/input.c': '\treturn "too_long";\n' });
	});

	it('does not go blind when a table of words is written another way', () => {
		finds('words', { ...tree({ 'a.b': '' }, { script: "t('a.b')" }),
			'fcgi/view/group.c': 'results[] = { "renamed" };\n' },
		'fcgi/view/group.c:1: no words are found by result_words: mend tests/lint/server.py');
	});

	it('refuses a permission that the page names, but in what the program prints', () => {
		const files = { 'fcgi/rule/perm.def': 'PERM(FAX_SEND, "fax", "send")\n',
			...tree({ 'fax.send': '', 'rights.category.fax': '', 'rights.action.send': '',
				'rights.allows.fax.send': '' },
			{ script: "t('fax.send'); for (const kind of KINDS) { t(`rights.${kind}`); }" }) };

		accepts('words', { ...files, 'htdocs/js/contract.js': "const NEEDS = ['fax.send'];\n" });
		finds('words', { ...files, 'htdocs/js/pages/fax.js': "may('fax.send');\n" },
			'htdocs/js/pages/fax.js:1: fax.send: ask by the route that needs it');
	});

	it('refuses a limit that the program does not print', () => {
		const files = tree({ 'a.b': 'At most {{fax_max}}' }, { script: "t('a.b', LIMITS)" });

		accepts('words', { ...files,
			'htdocs/js/contract.js': 'export const LIMITS = {\n\tfax_max: 3,\n};\n' });
		finds('words', files, 'htdocs/i18n/en.json:1: no limit fax_max, which a.b says');
	});

	it('refuses a link to a screen that there is not', () => {
		const screens = { 'htdocs/js/pages/screens.js':
			"\t'fax': { load: () => import('./fax.js') },\n" };

		accepts('words', { ...screens, 'htdocs/js/pages/fax.js': "goTo('./?p=fax&id=1');\n" });
		finds('words', { ...screens, 'htdocs/js/pages/fax.js': "\ngoTo('./?p=faxes');\n" },
			'htdocs/js/pages/fax.js:2: no screen faxes in htdocs/js/pages/screens.js');
	});

	it('refuses a message that is there twice', () => {
		finds('words', { ...tree({}, { script: "t('a.b')" }),
			'htdocs/i18n/en.json': '{\n  "a.b": "One",\n  "a.b": "Two"\n}\n' },
		'htdocs/i18n/en.json:1: there twice: a.b');
	});
});

describe('words: languages', () => {
	const tree = (english, german) => ({
		'htdocs/i18n/en.json': `${JSON.stringify(english)}\n`,
		'htdocs/i18n/de.json': `${JSON.stringify(german)}\n`,
		'htdocs/js/main.js': `${Object.keys(english).map((key) =>
			`t('${key.replace(/_(one|other)$/, '')}');`).join(' ')}\n`,
	});
	const ENGLISH = { 'a.b': 'Hello {{name}}', 'a.c_one': '{{count}} row',
		'a.c_other': '{{count}} rows' };

	it('accepts the same keys in other words, and other forms of the plural', () => {
		accepts('words', tree(ENGLISH, { 'a.b': 'Hallo {{name}}', 'a.c_one': 'eine Zeile',
			'a.c_few': '{{count}} Zeilen', 'a.c_other': '{{count}} Zeilen' }));
		accepts('words', tree({ 'a.b': 'Status', 'a.d': '{{x}} – {{y}}' },
			{ 'a.b': 'Status', 'a.d': '{{x}} – {{y}}' }));
	});

	it('refuses a message that is missing, and one that English does not have', () => {
		finds('words', tree(ENGLISH, { 'a.b': 'Hallo {{name}}' }),
			'htdocs/i18n/de.json:1: no message a.c_*');
		finds('words', tree({ 'a.b': 'Hello' }, { 'a.b': 'Hallo', 'a.z': 'Rest' }),
			'htdocs/i18n/de.json:1: English has no message a.z');
	});

	it('refuses other placeholders than in English', () => {
		finds('words', tree({ 'a.b': 'Hello {{name}}' }, { 'a.b': 'Hallo {{Name}}' }),
			'htdocs/i18n/de.json:1: other placeholders than in English: a.b');
		finds('words', tree(ENGLISH, { 'a.b': 'Hallo {{name}}', 'a.c_one': 'eine Zeile',
			'a.c_other': 'Zeilen' }),
		'htdocs/i18n/de.json:1: other placeholders than in English: a.c_other');
	});

	it('refuses what is still English, or empty', () => {
		finds('words', tree({ 'a.b': 'Good morning' }, { 'a.b': 'Good morning' }),
			'htdocs/i18n/de.json:1: still English: a.b');
		finds('words', tree({ 'a.b': 'Hello' }, { 'a.b': '' }),
			'htdocs/i18n/de.json:1: nothing is said: a.b');
	});

	it('refuses another word for what has one, in a catalogue and in a letter', () => {
		finds('words', tree({ 'a.b': 'The letter was sent' }, { 'a.b': 'Die E-Mail ist gesendet' }),
			'htdocs/i18n/en.json:1: a.b: The letter: say email');
		finds('words', tree({ 'a.b': 'Email' }, { 'a.b': 'Nachricht' }),
			'htdocs/i18n/de.json:1: a.b: Nachricht: say E-Mail');
	});

	it('refuses a number that its language has no form for', () => {
		finds('words', { ...tree(ENGLISH, ENGLISH), 'htdocs/i18n/ru.json': JSON.stringify({
			'a.b': 'Привет {{name}}', 'a.c_one': '{{count}} строка', 'a.c_many': '{{count}} строк',
			'a.c_other': '{{count}} строки' }) },
		'htdocs/i18n/ru.json:1: no message a.c_few');
	});

	it('refuses a letter that is not listed, not there or not in every language', () => {
		const text = (one) => `Subject: ${one}\n`;
		const letters = (files, kinds, languages) => ({
			'fcgi/mail/template.def': [
				...languages.map((tag) => `\trow(${tag}, ltr, "foot")`),
				...kinds.map((kind) => `\trow(language, ${kind.toUpperCase()}, ${kind})`),
			].join(' \\\n') + '\n',
			...Object.fromEntries(files.map((name) => [`fcgi/mail/text/${name}`, text('{{x}}')])),
		});
		const both = ['a.en.html', 'a.en.txt'];

		accepts('words', letters(both, ['a'], ['en']));
		finds('words', letters([...both, 'b.en.txt'], ['a'], ['en']),
			'fcgi/mail/template.def:1: does not list b.en.txt');
		finds('words', letters(['a.en.txt'], ['a'], ['en']),
			'fcgi/mail/template.def:1: lists a.en.html, which is not there');
		finds('words', letters([...both, 'a.de.txt'], ['a'], ['en', 'de']),
			'fcgi/mail/template.def:1: lists a.de.html, which is not there');
		finds('words', { ...letters([...both, 'a.de.html', 'a.de.txt'], ['a'], ['en', 'de']),
			'fcgi/mail/text/a.de.txt': text('{{y}}') },
		'fcgi/mail/text/a.de.txt:1: other values than in English');
	});
});

describe('contract', () => {
	const TOP = join(import.meta.dirname, '../..');

	it('refuses what the program does not print', () => {
		const files = Object.fromEntries(['records.d.ts', 'contract.js'].map((name) =>
			[`htdocs/js/${name}`, readFileSync(join(TOP, 'htdocs/js', name), 'utf8')]));

		accepts('contract', files);
		for (const [file, text] of Object.entries(files)) {
			finds('contract', { ...files, [file]: `${text}\n` },
				`${file}:1: is stale: make contract`);
		}
	});
});

describe('types: the page is held to the contract', () => {
	const TOP = join(import.meta.dirname, '../..');

	/** What the type checker says of the page when its records were other ones. */
	function check(from, to) {
		const root = mkdtempSync(join(tmpdir(), 'types-'));
		const records = join(root, 'htdocs/js/records.d.ts');

		try {
			cpSync(join(TOP, 'htdocs/js'), join(root, 'htdocs/js'), { recursive: true });
			cpSync(join(TOP, 'tsconfig.json'), join(root, 'tsconfig.json'));
			symlinkSync(join(TOP, 'htdocs/vendor'), join(root, 'htdocs/vendor'));
			const text = readFileSync(records, 'utf8');

			assert.ok(text.includes(from), from);
			writeFileSync(records, text.replaceAll(from, to));
			return spawnSync(join(TOP, 'node_modules/.bin/tsc'), ['-p', root],
				{ encoding: 'utf8' }).stdout;
		} finally {
			rmSync(root, { recursive: true });
		}
	}

	it('accepts it as it is', () => {
		assert.equal(check('smtp_code', 'smtp_code'), '');
	});

	it('refuses a member of a record by another name', () => {
		assert.match(check('smtp_code:', 'mail_code:'),
			/pages\/mail-words\.js.*Property 'smtp_code' does not exist/);
		assert.match(check('last_sign_in_at:', 'signed_in_at:'),
			/pages\/users-list\.js.*Property 'last_sign_in_at' does not exist/);
	});

	it('refuses a path, a member of a body and a word that are called otherwise', () => {
		assert.match(check('`users/${number}/unlock`', '`users/${number}/release`'),
			/pages\/user-edit\.js.*`users\/\$\{number\}\/unlock`.* is not assignable/);
		assert.match(check('current: string', 'present: string'),
			/pages\/profile-password\.js.*'current' does not exist/);
		assert.match(check("'code_required'", "'code_asked'"),
			/ui\/sign-in-steps\.js.*code_required/);
	});
});

describe('planted faults', () => {
	const HEADER = { Breaks: 'the licence is of another name', Test: 'tests/lint/lint_test.mjs',
		Name: 'refuses a patch that no longer applies', Says: 'MIT' };
	const LICENCE = { file: 'LICENSE', from: 'MIT License', to: 'Another License' };
	const patchOf = ({ file, from, to }) => `diff --git a/${file} b/${file}
--- a/${file}
+++ b/${file}
@@ -1,2 +1,2 @@
-${from}
+${to}
${' '}
`;
	const check = (header, change = {}) => {
		const folder = mkdtempSync(join(tmpdir(), 'planted-'));

		writeFileSync(join(folder, 'one.patch'), Object.entries({ ...HEADER, ...header })
			.map(([name, value]) => `${name}: ${value}\n`).join('')
			+ patchOf({ ...LICENCE, ...change }));
		const { status, stdout } = spawnSync(join(import.meta.dirname, '../planted/run'),
			['--check', folder], { encoding: 'utf8' });

		rmSync(folder, { recursive: true });
		return { status, stdout };
	};

	it('accepts a patch that applies, with a test that there is', () => {
		assert.deepEqual(check({}), { status: 0, stdout: '' });
	});

	it('refuses a patch that no longer applies', () => {
		const { status, stdout } = check({}, { from: 'No License' });

		assert.equal(status, 1);
		assert.match(stdout, /one\.patch: .*error: patch failed: LICENSE:1/);
	});

	it('refuses a patch that no longer compiles', () => {
		const ERR = { file: 'fcgi/base/err.c', from: '#include "base/err.h"' };
		const { status, stdout } = check({}, { ...ERR, to: '#include "base/error.h"' });

		assert.equal(status, 1);
		assert.match(stdout, /one\.patch: fcgi\/base\/err\.c:1:.*error: .*No such file/);
		assert.deepEqual(check({}, { ...ERR, to: `${ERR.from} /* error: */` }),
			{ status: 0, stdout: '' });
	});

	it('refuses a header that says too little, and a test that there is not', () => {
		for (const [header, reason] of [[{ Says: '' }, /its header lacks/],
			[{ Test: 'tests/none_test.mjs' }, /there is no tests\/none_test\.mjs/],
			[{ Name: `no test ${'at all'}` }, /has no test of the name: no test at/]]) {
			const { status, stdout } = check(header);

			assert.equal(status, 1);
			assert.match(stdout, reason);
		}
	});
});

/** How many declarations the page's rules for styles refuse. */
function refusedStyles(...declarations) {
	const TOP = join(import.meta.dirname, '../..');
	const { stdout, stderr } = spawnSync(join(TOP, 'node_modules/.bin/stylelint'),
		['--formatter', 'unix', '--stdin', '--stdin-filename', join(TOP, 'htdocs/css/x.css')],
		{ encoding: 'utf8', input: declarations.map((line, i) =>
			`.a-${i} { ${line} }\n`).join('\n') });

	return `${stdout}${stderr}`.split('\n').filter((line) => line.includes('Disallowed')).length;
}

describe('stylelint', () => {
	it('refuses room and weights that are not of css/tokens.css', () => {
		const others = ['padding: 3px;', 'gap: 0 1rem;', 'margin-inline: -2px;', 'row-gap: 0.5rem;',
			'margin: calc(var(--gap) + 1rem);', 'font-weight: 700;', 'font-weight: bold;'];

		assert.equal(refusedStyles(...others), others.length);
	});

	it('accepts the steps, none and what is left', () => {
		assert.equal(refusedStyles('padding: 0;', 'gap: 0 var(--space-1);',
			'margin: calc(-1 * var(--gap));', 'margin-inline-start: auto;',
			'font-weight: var(--weight-strong);'), 0);
	});
});
