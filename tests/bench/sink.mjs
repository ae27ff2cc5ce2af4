/* A mail server that takes every letter, as fast as it comes, and only counts. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/* What it answers, by the first word of a line. */
const ANSWERS = { EHLO: '250 sink.example', DATA: '354 go on', QUIT: '221 bye' };

export class Sink {
	constructor() {
		this.count = 0;
	}

	async listen() {
		const server = createServer((socket) => this.#meet(socket));

		server.listen(0, '127.0.0.1').unref();
		await once(server, 'listening');
		this.url = `smtp://127.0.0.1:${server.address().port}`;
		return this;
	}

	#meet(socket) {
		let text = '';
		let mark = '\r\n'; // at which a line ends, or a letter

		socket.setNoDelay(true);
		socket.write('220 sink.example\r\n');
		socket.on('error', () => socket.destroy());
		socket.on('data', (bytes) => {
			const parts = (text + bytes.toString('latin1')).split(mark);

			text = parts.pop();
			for (const part of parts) {
				socket.write(`${this.#answer(part, mark)}\r\n`);
				mark = mark === '\r\n' && part === 'DATA' ? '\r\n.\r\n' : '\r\n';
			}
		});
	}

	#answer(part, mark) {
		if (mark !== '\r\n') {
			this.count++;
			return '250 queued';
		}
		return ANSWERS[part.split(' ')[0]] ?? '250 good';
	}
}
