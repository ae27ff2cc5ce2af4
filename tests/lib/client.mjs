/*
 * A client of the API with a cookie jar, as a browser's page would be one. Every answer is held to
 * the OpenAPI document: one that is not documented throws.
 */
import { request } from 'node:http';

import { checkAnswer } from './contract.mjs';
import { surely } from './surely.mjs';

/** Where a request goes, as the program sees it: below /api/v1, decoded. */
function pathOf(url) {
	const path = url.pathname.slice(url.pathname.indexOf('/api/v1') + '/api/v1'.length);

	try {
		return decodeURIComponent(path);
	} catch {
		return path;
	}
}

/** Set-Cookie lines into the jar; a cookie that is already over leaves it. */
function keep(jar, lines) {
	for (const line of lines) {
		const [pair, ...attributes] = line.split('; ');
		const at = pair.indexOf('=');

		if (attributes.includes('Max-Age=0')) {
			jar.delete(pair.slice(0, at));
		} else {
			jar.set(pair.slice(0, at), pair.slice(at + 1));
		}
	}
}

/** A record without what its viewer may do with it: as the trail and the command line have it. */
export function bare(record) {
	const { may: _, ...rest } = record;

	return rest;
}

export class Client {
	/**
	 * @param {string} url of the page
	 * @param {{from?: string, agent?: import('node:http').Agent, patient?: boolean}} options
	 *     from: local address; agent: whoever asks a thousand times keeps the connection;
	 *     patient: comes again when told to
	 */
	constructor(url, { from, agent, patient = false } = {}) {
		this.url = url;
		this.from = from;
		this.agent = agent ?? false;
		this.patient = patient;
		this.jar = new Map();
	}

	/** The cookies as a request carries them. */
	get cookie() {
		return [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ');
	}

	/**
	 * Sends one request. body: anything but a string or a Buffer is sent as JSON.
	 * @returns {Promise<{status: number, headers: object, text: string, body: any}>}
	 */
	async send(method, path, { body, headers = {} } = {}) {
		const raw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body)
			? body : JSON.stringify(body);
		const all = { 'Sec-Fetch-Site': 'same-origin',
			'Content-Type': raw === undefined ? null : 'application/json', ...headers };

		if (this.jar.size > 0) {
			all.Cookie = this.cookie;
		}
		if (raw !== undefined) {
			all['Content-Length'] = Buffer.byteLength(raw);
		}
		for (const [name, value] of Object.entries(all)) {
			if (value === null) {
				delete all[name];
			}
		}
		const url = new URL(`api/v1/${path}`, this.url);
		const exchange = () => this.#exchange(method, url, all, raw);
		const answer = await (this.patient ? surely(exchange) : exchange());

		checkAnswer(method, pathOf(url), answer, raw);
		return answer;
	}

	#exchange(method, url, headers, raw) {
		return new Promise((resolve, reject) => {
			const out = request(url,
				{ method, headers, localAddress: this.from, agent: this.agent }, (answer) => {
					const parts = [];

					answer.on('data', (part) => parts.push(part));
					answer.on('error', reject);
					answer.on('end', () => {
						keep(this.jar, answer.headers['set-cookie'] ?? []);
						const text = Buffer.concat(parts).toString();
						const type = answer.headers['content-type'] ?? '';
						const json = text !== '' && /\bjson\b/.test(type);

						resolve({ status: answer.statusCode, headers: answer.headers, text,
							body: json ? JSON.parse(text) : undefined });
					});
				});

			out.on('error', reject);
			out.end(raw);
		});
	}

	get(path, headers) {
		return this.send('GET', path, { headers });
	}

	post(path, body = {}, headers) {
		return this.send('POST', path, { body, headers });
	}

	/** With If-Match of the record as it is now, unless headers say otherwise. */
	async patch(path, body, headers) {
		return this.send('PATCH', path, { body, headers: headers ?? await this.#match(path) });
	}

	async delete(path, headers) {
		return this.send('DELETE', path, { headers: headers ?? await this.#match(path) });
	}

	async #match(path) {
		const { etag } = (await this.get(path)).headers;

		return etag ? { 'If-Match': etag } : {};
	}
}
