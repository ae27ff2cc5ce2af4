/*
 * Holds what the API answers to the OpenAPI document that the program prints of itself: the status
 * is documented for the operation, so are headers and media type, and a body has no member more or
 * less than its schema. The body of a request that was done is held to the document too.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';

const PROGRAMS = process.env.PROGRAMS ?? join(import.meta.dirname, '../../build/release');

/* What nginx answers itself, without asking the program. */
const OF_NGINX = [400, 403, 404, 405, 413, 414, 501, 502, 504];
const NEVER_OURS = [414, 502, 504]; // the program has no such answer

let contract;

class Contract {
	constructor(document) {
		this.document = document;
		this.ajv = addFormats(new Ajv2020({ strict: false, allErrors: true }));
		this.ajv.addSchema(document, 'openapi');
		this.paths = Object.keys(document.paths).map((path) => ({ path,
			pattern: new RegExp(`^${path.replaceAll('.', '\\.')
				.replaceAll(/\{\w+\}/g, '[1-9][0-9]*')}$`) }));
	}

	/** The document's pointer to the operation, undefined without one; HEAD is GET's. */
	find(method, path) {
		const found = this.paths.find(({ pattern }) => pattern.test(path))?.path;
		const verb = (method === 'HEAD' ? 'GET' : method).toLowerCase();

		return this.document.paths[found]?.[verb] && ['paths', found, verb];
	}

	/** Follows a pointer and what it refers to; gives where that stands and what it is. */
	at(pointer) {
		const value = pointer.reduce((part, name) => part?.[name], this.document);

		return value?.$ref ? this.at(value.$ref.split('/').slice(1)) : { pointer, value };
	}

	/** Throws unless the value is as the schema at the pointer says. Compiled once, by ajv. */
	hold(what, pointer, value) {
		const path = pointer.map((name) => encodeURIComponent(
			name.replaceAll('~', '~0').replaceAll('/', '~1')));
		const validate = this.ajv.getSchema(`openapi#/${path.join('/')}`);

		if (!validate(value)) {
			const faults = validate.errors.map(({ instancePath, message, params }) =>
				`  ${instancePath || '/'} ${message} ${JSON.stringify(params)}`);

			throw new Error(`${what} is not as documented:\n${faults.join('\n')}\n${
				JSON.stringify(value).slice(0, 2000)}`);
		}
	}

	holdHeaders(what, documented = {}, sent) {
		for (const [name, reference] of Object.entries(documented)) {
			const { required, schema } = this.at(reference.$ref.split('/').slice(1)).value;
			const value = sent[name.toLowerCase()];

			if (value === undefined ? required
				: schema.pattern && !new RegExp(schema.pattern).test(value)) {
				throw new Error(`${what}: the header ${name} is ${value}`);
			}
		}
	}

	holdBody(what, { pointer, value: { content } }, { headers, text, body }) {
		const type = headers['content-type'];

		if (!content) {
			if (text !== '') {
				throw new Error(`${what}: a body that is not documented: ${text}`);
			}
		} else if (!content[type]) {
			throw new Error(`${what}: ${type} is not documented`);
		} else {
			this.hold(what, [...pointer, 'content', type, 'schema'], body ?? text);
		}
	}

	/** What no operation answers: not found, or not by this method. */
	holdStranger(what, { status, headers, body }, method) {
		if (![404, 405].includes(status) || (status === 405 && !headers.allow)) {
			throw new Error(`${what} is not documented at all`);
		}
		if (method !== 'HEAD') {
			this.hold(what, ['components', 'schemas', 'Problem'], body);
		}
	}

	check(method, path, answer, sent) {
		const what = `${method} ${path}: ${answer.status}`;
		const operation = this.find(method, path);

		if (!operation) {
			this.holdStranger(what, answer, method);
			return;
		}
		const response = this.at([...operation, 'responses', String(answer.status)]);

		if (!response.value) {
			throw new Error(`${what} is not documented: ${answer.text}`);
		}
		this.holdHeaders(what, response.value.headers, answer.headers);
		if (method !== 'HEAD') {
			this.holdBody(what, response, answer);
		}
		const { pointer, value } = this.at([...operation, 'requestBody']);
		const taken = value?.content['application/json'];

		if (taken && answer.status < 300 && sent !== undefined) {
			this.hold(`${method} ${path}: what was taken`,
				[...pointer, 'content', 'application/json', 'schema'], JSON.parse(sent));
		}
	}
}

/** The document as the program under test prints it. */
export function printed() {
	return JSON.parse(execFileSync(join(PROGRAMS, 'backoffice-fcgi'), ['--openapi'],
		{ encoding: 'utf8' }));
}

/**
 * Throws when the answer to a request is not as documented.
 * @param {string} method
 * @param {string} path below /api/v1, as the program sees it: without query string
 * @param {{status: number, headers: object, text: string, body: any}} answer
 * @param {string | Buffer | undefined} sent
 */
export function checkAnswer(method, path, answer, sent) {
	const id = answer.headers['x-request-id'];

	if (!id && OF_NGINX.includes(answer.status)) {
		return;
	}
	contract ??= new Contract(printed());
	if (NEVER_OURS.includes(answer.status)) {
		contract.hold(`${method} ${path}: ${answer.status}`, ['components', 'schemas', 'Problem'],
			answer.body);
		return;
	}
	contract.check(method, path, answer, sent);
}
