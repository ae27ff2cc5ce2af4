/*
 * A real WebKit, as GNOME's browsers have it, by the W3C's WebDriver: what DrivenPerson needs.
 * A control is known by the name that WebKit itself tells a screen reader.
 *
 * A driver has one session, so each person has a driver and a browser; all are shown on a screen
 * that nobody sees.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { plain, READ, shown } from './driven.mjs';
import { until } from './until.mjs';
import { withPort } from './port.mjs';

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'; // by which WebDriver marks one
const KEYS = { Enter: '\uE007', Escape: '\uE00C' };

/** A screen that nobody sees, for as long as the tests run. */
export async function startScreen() {
	const child = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1440x1000x24',
		'-nolisten', 'tcp'], { stdio: ['ignore', 'pipe', 'ignore'] });
	const [number] = await once(child.stdout, 'data');

	return { display: `:${String(number).trim()}`, stop: () => child.kill() };
}

export class WebKitDriver {
	complaints = []; // WebDriver tells of none

	/** A driver, and a browser that it has started. */
	static async start(screen) {
		const session = await withPort(async (port) => {
			const program = spawn('WebKitWebDriver', [`--port=${port}`], { stdio: 'ignore',
				env: { ...process.env, DISPLAY: screen.display, GDK_BACKEND: 'x11' } });

			await until(() => fetch(`http://127.0.0.1:${port}/status`).catch(() => false));
			return new WebKitDriver(program, `http://127.0.0.1:${port}/session`);
		});
		const { sessionId } = await session.#send('POST', '', { capabilities: {} });

		session.url += `/${sessionId}`;
		await session.#send('POST', '/window/rect', { width: 1440, height: 960 });
		return session;
	}

	constructor(program, url) {
		this.program = program;
		this.url = url;
	}

	async #send(method, path, body = {}) {
		const answer = await fetch(this.url + path, { method,
			...(method === 'POST' && { body: JSON.stringify(body) }) });
		const { value } = await answer.json();

		if (!answer.ok) {
			throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
		}
		return value;
	}

	#run(script, ...args) {
		return this.#send('POST', '/execute/sync', { script, args });
	}

	#act(element, what, body) {
		return this.#send('POST', `/element/${element}/${what}`, body);
	}

	go(url) {
		return this.#send('POST', '/url', { url });
	}

	async named(css, name) {
		const isIt = (text) => typeof name === 'string' ? text === name : name.test(text);

		for (const { [ELEMENT]: element } of await this.#run(`return (${shown})(arguments[0])`,
			css)) {
			if (isIt(plain(await this.#send('GET', `/element/${element}/computedlabel`)))) {
				return element;
			}
		}
		return null;
	}

	read(css, part, source) {
		return this.#run(`return (${READ})(...arguments)`, css, part, source);
	}

	property(element, name) {
		return this.#send('GET', `/element/${element}/property/${name}`);
	}

	click(element) {
		return this.#act(element, 'click');
	}

	async fill(element, text) {
		await this.#act(element, 'clear');
		await this.#act(element, 'value', { text });
	}

	async choose(element, option) {
		for (const one of await this.#act(element, 'elements',
			{ using: 'css selector', value: 'option' })) {
			if (await this.property(one[ELEMENT], 'text') === option) {
				await this.click(one[ELEMENT]);
			}
		}
	}

	focus(element) {
		return this.#run('arguments[0].focus()', { [ELEMENT]: element });
	}

	key(name) {
		const actions = ['keyDown', 'keyUp'].map((type) => ({ type, value: KEYS[name] }));

		return this.#send('POST', '/actions',
			{ actions: [{ type: 'key', id: 'keyboard', actions }] });
	}

	evaluate(read) {
		return this.#run(`return (${read})()`);
	}

	async leave() {
		await this.#send('DELETE', '').catch(() => {}); // what has ended already
		this.program.kill();
	}
}
