/*
 * A mail server that does as it is told, message by message, and keeps every byte that it is sent.
 *
 *   server.plan.push({ at: 'rcpt', answer: '451 4.3.0 later' })   the next message is put off
 *   server.plan.push({ at: 'end', answer: DROP })                 lost after the final dot
 *   server.plan.push({ at: 'end', answer: promise })              answered as soon as that is known
 *
 * A step is of one message: at is mail, rcpt, data or end (after the final dot). One that says to
 * is of the next message to that address, whatever goes before it or beside it.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';

export const DROP = Symbol('drop'); // as an answer: the connection ends without one
const ACCEPTED = '250 2.0.0 queued';

/** One connection: what the client says, cut at the marks of the protocol. */
class Line {
	constructor(socket, heard) {
		this.heard = heard;
		this.listen(socket, 'plain');
	}

	listen(socket, layer) {
		this.socket = socket;
		this.secure = layer === 'tls';
		this.text = '';
		socket.on('data', (bytes) => {
			this.heard[layer] += bytes.toString('latin1');
			this.text += bytes.toString('latin1');
			this.wake?.();
		});
		socket.on('error', () => socket.destroy());
		socket.on('close', () => this.wake?.());
	}

	/** The text before the mark, without it; undefined when the connection is over. */
	async upTo(mark) {
		while (!this.text.includes(mark)) {
			if (this.socket.destroyed) {
				return undefined;
			}
			await new Promise((resolve) => (this.wake = resolve));
		}
		const at = this.text.indexOf(mark);
		const found = this.text.slice(0, at);

		this.text = this.text.slice(at + mark.length);
		return found;
	}

	say(...lines) {
		this.socket.write(lines.map((line) => `${line}\r\n`).join(''));
	}

	/** From here on the client speaks TLS, or does not come through. */
	secureWith(certificate) {
		this.socket.removeAllListeners('data');
		this.listen(new TLSSocket(this.socket, { isServer: true, ...certificate }), 'tls');
	}
}

class Conversation {
	constructor(server, line) {
		this.server = server;
		this.line = line;
	}

	async run() {
		let command;

		if (this.server.sockets.size > this.server.most) {
			this.server.turnedAway++;
			this.line.say('421 4.7.0 too many connections');
			this.line.socket.end();
			return;
		}
		this.line.say(this.server.greeting);
		while ((command = await this.line.upTo('\r\n')) !== undefined) {
			const verb = command.split(' ')[0].toLowerCase();

			await (this[`on_${verb}`] ?? this.otherwise).call(this, command);
		}
	}

	on_ehlo() {
		const offersTls = this.server.startTls && !this.line.secure;

		if (this.server.hello) {
			this.line.say(this.server.hello);
			return;
		}
		this.line.say('250-mail.example', ...(offersTls ? ['250-STARTTLS'] : []),
			'250 AUTH PLAIN');
	}

	on_helo() {
		this.line.say(this.server.hello ?? '250 mail.example');
	}

	on_starttls() {
		this.line.say('220 2.0.0 go on');
		this.line.secureWith(this.server.certificate);
	}

	async on_auth(command) {
		let proof = command.split(' ')[2];

		if (proof === undefined) {
			this.line.say('334 ');
			proof = await this.line.upTo('\r\n') ?? '';
		}
		this.account = Buffer.from(proof, 'base64').toString().split('\0').slice(1);
		this.line.say(this.server.refusesAccounts ? '535 5.7.8 no' : '235 2.7.0 welcome');
	}

	on_mail(command) {
		this.step = this.#take((step) => step.to === undefined) ?? {};
		this.mail = { from: command, to: [], account: this.account, secure: this.line.secure };
		return this.answer('mail', '250 2.1.0 good');
	}

	on_rcpt(command) {
		const [, to] = command.match(/<(.*)>/) ?? [];

		this.mail.to.push(to);
		this.step = this.#take((step) => step.to !== undefined && step.to === to) ?? this.step;
		return this.answer('rcpt', '250 2.1.5 good');
	}

	async on_data() {
		const answer = await this.answer('data', '354 go on');
		const text = answer === '354 go on' ? await this.line.upTo('\r\n.\r\n') : undefined;

		if (text !== undefined) {
			this.mail.raw = Buffer.from(`${text}\r\n`.replaceAll('\r\n..', '\r\n.'), 'latin1');
			this.server.arrived.push(this.mail);
			await sleep(this.server.pace);
			this.mail.accepted = await this.answer('end', ACCEPTED) === ACCEPTED;
		}
	}

	on_quit() {
		this.line.say('221 2.0.0 bye');
		this.line.socket.end();
	}

	otherwise() {
		this.line.say('502 5.5.1 what?');
	}

	/** Takes the first step that fits from the plan. */
	#take(fits) {
		const { plan } = this.server;
		const at = plan.findIndex(fits);

		return at < 0 ? undefined : plan.splice(at, 1)[0];
	}

	/** Says what the plan has for this point, or what is usual. */
	async answer(at, usual) {
		this.server.reached = at;
		const answer = this.step.at === at ? await this.step.answer : usual;

		if (answer === DROP) {
			this.line.socket.destroy();
		} else {
			this.line.say(answer);
		}
		return answer;
	}
}

export class SmtpServer {
	/** Options are properties too, and count from the next connection on. */
	constructor(options = {}) {
		this.greeting = '220 mail.example ESMTP';
		this.implicitTls = false;
		this.startTls = false; // whether it is offered
		this.certificate = undefined; // { key, cert }
		this.refusesAccounts = false;
		this.hello = undefined; // said to EHLO and HELO in place of a welcome
		this.most = Infinity; // connections at a time: more are turned away
		this.pace = 0; // milliseconds before it answers the final dot
		Object.assign(this, options);
		this.reached = undefined; // the point that asked for an answer last
		this.plan = [];
		this.arrived = []; // mails whose final dot was read, whatever was answered to it
		this.heard = { plain: '', tls: '' };
		this.sockets = new Set();
		this.turnedAway = 0; // connections
	}

	async listen(port = 0) {
		this.server = createServer((socket) => this.#meet(socket));
		this.server.listen(port, '127.0.0.1').unref(); // a test that broke off ends nonetheless
		await once(this.server, 'listening');
		this.port = this.server.address().port;
		return this;
	}

	#meet(socket) {
		const line = new Line(socket, this.heard);

		this.sockets.add(socket);
		socket.on('close', () => this.sockets.delete(socket));
		if (this.implicitTls) {
			line.secureWith(this.certificate);
		}
		new Conversation(this, line).run();
	}

	/** Ends all connections: the client comes with a new one. */
	hangUp() {
		this.sockets.forEach((socket) => socket.destroy());
	}

	/** Nobody answers any more; listen(port) opens again. */
	async close() {
		this.server.close();
		this.hangUp();
		await once(this.server, 'close');
	}

	/** The mails that a recipient has been sent, repetitions too. */
	mailsTo(email) {
		return this.arrived.filter(({ to }) => to.includes(email));
	}
}
