/* The queue of letters as a test sees it: put one, look at it, make it due. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { PASSWORD } from '../lib/stack.mjs';
import { until } from '../lib/until.mjs';

export const LETTER_PASSWORD = 'walnut orbit 58 gentle harbour';

const RING = `
import socket, sys
socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"", sys.argv[1])
`;

export class Outbox {
	constructor(stack) {
		this.stack = stack;
		this.count = 0;
	}

	/** Creates a user whose credentials go out by mail; gives the address. */
	async putLetter(fields = {}) {
		const email = `letter${this.count++}@example.com`;

		this.client ??= await this.stack.signedIn();
		const { status, text } = await this.client.post('users', { email,
			password: LETTER_PASSWORD, send_to_email: true, ...fields });

		if (status !== 201) {
			throw new Error(`no user ${email}: ${status} ${text}`);
		}
		return email;
	}

	/** Signs somebody in up to the code that goes out by mail; gives the address. */
	async putCode() {
		const email = `code${this.count++}@example.com`;

		this.stack.admin(['user', 'add', email, '--two-factor', 'email', '--password-stdin',
			'--keep-password'], { input: `${PASSWORD}\n` });
		const { body } = await this.stack.client().post('session', { email, password: PASSWORD });

		if (body.state !== 'code_required') {
			throw new Error(`no code for ${email}: ${JSON.stringify(body)}`);
		}
		return email;
	}

	/** The newest letter to a user. */
	letter(email) {
		const [row] = this.stack.sql(`SELECT outbox.id, state, outbox.attempts, smtp_code, reason,
			COALESCE(HEX(payload), ''), TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), next_at), reply,
			may_have_arrived, recipient
			FROM outbox JOIN outbox_payload ON letter_id = outbox.id JOIN user ON user.id = user_id
			WHERE email = '${email}'
			ORDER BY outbox.id DESC LIMIT 1`);
		const [id, state, attempts, code, reason, payload, pause, reply, maybe, to] = row;

		return { id, state: ['ready', 'leased', 'sent', 'dead', 'expired', 'cancelled'][state],
			attempts: Number(attempts), code: Number(code), reason, payload, pause: Number(pause),
			reply, mayHaveArrived: maybe === '1', to };
	}

	/** The letter as soon as it is like this; throws when it can no longer become so. */
	async become(email, expected) {
		let letter;
		const isSo = () => Object.keys(expected).every((name) => letter[name] === expected[name]);

		await until(() => {
			letter = this.letter(email);
			return isSo() || ['sent', 'dead', 'expired'].includes(letter.state);
		}).catch(() => {});
		if (!isSo()) {
			throw new Error(`${email} is ${JSON.stringify(letter)}\n${this.stack.log('mailer')}`);
		}
		return letter;
	}

	/** All that waits is due now, however long its pause or lease is, and the mailer is woken. */
	makeDue() {
		const settings = readFileSync(`${this.stack.data}/backoffice.conf`, 'utf8');
		const [, bell] = settings.match(/^wake = (.*)$/m);

		this.stack.sql('UPDATE outbox SET next_at = UTC_TIMESTAMP(6) WHERE state IN (0, 1)');
		spawnSync('/usr/bin/python3', ['-c', RING, bell]);
	}
}
