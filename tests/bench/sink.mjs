/* A mail server that takes every letter, as fast as it comes, and only counts; it tells when the
 * next one to an address is there. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/* What it answers, by the first word of a line. */
const ANSWERS = { EHLO: '250 sink.example', DATA: '354 go on', QUIT: '221 bye' };

export class Sink {
	constructor() {
		this.count = 0;
		this.expected = new Map(); // who waits for a letter, by its address
	}

	async listen() {
		const server = createServer((socket) => this.#meet(socket));

		server.listen(0, '127.0.0.1').unref();
		await once(server, 'listening');
		this.url = `smtp://127.0.0.1:${server.address().port}`;
		return this;
	}

	/** Resolves when the next letter to the address has been taken. */
	arrival(address) {
		return new Promise((resolve) => this.expected.set(address, resolve));
	}

	#meet(socket) {
		let text = '';
		let address;
		let mark = '\r\n'; // at which a line ends, or a letter

		socket.setNoDelay(true);
		socket.write('220 sink.example\r\n');
		socket.on('error', () => socket.destroy());
		socket.on('data', (bytes) => {
			const parts = (text + bytes.toString('latin1')).split(mark);

			text = parts.pop();
			for (const part of parts) {
				address = part.match(/^RCPT TO:<(.*)>/)?.[1] ?? address;
				socket.write(`${this.#answer(part, mark, address)}\r\n`);
				mark = mark === '\r\n' && part === 'DATA' ? '\r\n.\r\n' : '\r\n';
			}
		});
	}

	#answer(part, mark, address) {
		if (mark !== '\r\n') {
			this.count++;
			this.expected.get(address)?.();
			this.expected.delete(address);
			return '250 queued';
		}
		return ANSWERS[part.split(' ')[0]] ?? '250 good';
	}
}
