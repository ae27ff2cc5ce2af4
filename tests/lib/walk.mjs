/*
 * Requests to every route of the OpenAPI document that the program prints of itself, made from the
 * document alone: each parameter and each member of a body by its schema. A new route, filter or
 * member is walked by itself.
 */
import { printed } from './contract.mjs';

const NOBODY = 999_999;
const GIVEN = 'velvet harbour 91 quiet lantern'; // a password that the policy takes

/* Texts by the name of the member; what has no row gets one of the last. */
const TEXTS = {
	email: ['', 'somebody@example.net', 'nobody@example', '*****@*****', 'Ω@example.net'],
	to: ['somebody@example.net'],
	phone: ['', '+493012345678', '030 / 1234', '*****'],
	country: ['', 'DE', 'fr', 'Atlantis'],
	language: ['', 'en', 'ar', 'xx'],
	password: [GIVEN, 'short'],
	current: ['wrong words that nobody chose'],
	code: ['123456', '00000000', 'abcd'],
	permissions: ['clients.view', 'users.view', 'audit.view', 'nothing.view'],
	ip_allow_list: ['127.0.0.0/8', '::1', '10.0.0.0/33'],
	query: ['sort=-id', 'status=enabled'],
	remote_address: ['127.0.0.1', 'Ω', '10.'],
	since: ['2020-01-01T00:00:00Z', '2099-01-01T00:00:00Z', 'yesterday'],
	until: ['2020-01-01T00:00:00Z', '2099-01-01T00:00:00Z', 'tomorrow'],
	action: ['client.create', 'client.update', 'clients.export', 'nothing'],
	target_type: ['client', 'user', 'nothing'],
	result: ['ok', 'forbidden'],
};
const WORDS = ['a', 'Support', 'مريم', '王', '*****', "O'Hara", '%', '', 'a word of some length'];

const COLUMNS = {
	clients: ['name', 'email', 'phone', 'country', 'status', 'manager'],
	users: ['email', 'name', 'groups', 'status', 'mask_data', 'language', 'send_link'],
};
const CELLS = {
	status: ['enabled', 'disabled', 'odd'],
	groups: ['Support', ''],
	mask_data: ['true', 'false'],
	send_link: ['false', ''],
	manager: ['', '1'],
};

/* A sealed cursor and such are asked for by the caller, who knows one. */
const OF_THE_CALLER = ['after', 'before'];

export class Walk {
	/** @param {Random} random @param {{ids: (noun: string) => number[]}} options ids to ask for */
	constructor(random, { ids }) {
		this.random = random;
		this.ids = ids;
		this.document = printed();
		this.operations = Object.entries(this.document.paths).flatMap(([path, verbs]) =>
			Object.entries(verbs).map(([verb, one]) => this.#operation(path, verb, one)));
		this.count = 0;
		this.repeatable = new Map(); // the last request with a key, by route
	}

	#operation(path, verb, { parameters, requestBody }) {
		const all = parameters.map((one) => one.$ref
			? this.document.components.parameters[one.$ref.split('/').at(-1)] : one);

		return { method: verb.toUpperCase(), path, route: `${verb.toUpperCase()} ${path}`,
			filters: all.filter((one) => one.in === 'query' && !OF_THE_CALLER.includes(one.name)),
			headers: all.filter((one) => one.in === 'header').map(({ name }) => name),
			content: requestBody?.content ?? {} };
	}

	/** What each sort, size and filter of each list gives, one at a time: without chance. */
	* everyParameter() {
		for (const operation of this.operations.filter(({ method }) => method === 'GET')) {
			for (const { name, schema } of operation.filters) {
				for (const value of this.#everyValue(schema, name)) {
					yield this.#request(operation, [[name, value]]);
				}
			}
			yield this.#request(operation, []);
		}
	}

	/** A request to the operation, with parameters and a body by chance. */
	one(operation) {
		const known = this.repeatable.get(operation.route);

		if (known && this.random.percent(20)) {
			return known;
		}
		const request = this.#request(operation, this.random.some(operation.filters, 20)
			.map(({ name, schema }) => [name, this.random.pick(this.#everyValue(schema, name))]));

		if (operation.method === 'GET' && this.random.percent(10)) {
			request.method = 'HEAD';
		}
		if (request.headers['Idempotency-Key']) {
			this.repeatable.set(operation.route, request);
		}
		return request;
	}

	#request(operation, query) {
		const [type, content] = Object.entries(operation.content)[0] ?? [];
		const search = new URLSearchParams(query).toString();

		return { route: operation.route, method: operation.method,
			path: this.#path(operation.path) + (search && `?${search}`),
			headers: { ...this.#headers(operation), ...(type && { 'Content-Type': type }) },
			body: type === 'text/csv' ? this.#csv(operation.path)
				: type && JSON.stringify(this.#body(content.schema)) };
	}

	#path(path) {
		return path.slice(1).replaceAll(/(\w+)\/\{s?id\}/g, (_, noun) =>
			`${noun}/${this.#id(noun)}`).replace('{sid}', () => this.#id('sessions'));
	}

	#id(noun) {
		return this.random.percent(5) ? NOBODY : this.random.pick(this.ids(noun));
	}

	#headers({ headers }) {
		const given = {};

		if (headers.includes('If-Match')) {
			given['If-Match'] = this.random.pick(['*', '*', '"1"', '"2"']);
		}
		if (headers.includes('Idempotency-Key') && this.random.percent(40)) {
			given['Idempotency-Key'] = `walk-${this.count += 1}`;
		}
		if (headers.includes('Prefer') && this.random.percent(30)) {
			given.Prefer = 'respond-async';
		}
		return given;
	}

	#everyValue(schema, name) {
		if (schema.enum) {
			return schema.enum;
		}
		switch ([schema.type].flat()[0]) {
		case 'boolean':
			return [true, false];
		case 'integer':
			return name === 'size' ? [1, 3, 200] : [...this.ids(name).slice(0, 3), NOBODY];
		default:
			return TEXTS[name] ?? WORDS;
		}
	}

	#value(schema, name) {
		switch ([schema.type].flat()[0]) {
		case 'object':
			return schema.properties ? this.#object(schema)
				: { status: 'enabled', id: this.#id(name) };
		case 'array':
			return Array.from({ length: this.random.below(3) },
				() => this.#value(schema.items, name));
		case 'string':
			return schema.minLength > 0 && name === 'email' && this.random.percent(60)
				? `walk${this.count += 1}@example.net`
				: this.random.pick(this.#everyValue(schema, name));
		default:
			return this.random.pick(this.#everyValue(schema, name));
		}
	}

	#object({ properties, required = [] }) {
		return Object.fromEntries(Object.entries(properties)
			.filter(([name]) => required.includes(name) || this.random.percent(40))
			.map(([name, schema]) => [name, this.#value(schema, name)]));
	}

	/** A body as the schema has it, most of the time. */
	#body(schema) {
		const body = this.#object(schema);

		if (schema.else && !body.link) {
			Object.assign(body, { password: GIVEN });
		}
		if (this.random.percent(5)) {
			body[this.random.pick(Object.keys(schema.properties))] = [{}];
		}
		return body;
	}

	#cell(name) {
		return name === 'email' ? `walk${this.count += 1}@example.net`
			: this.random.pick(CELLS[name] ?? TEXTS[name] ?? WORDS);
	}

	#csv(path) {
		const columns = COLUMNS[path.split('/')[1]] ?? ['name'];
		const rows = Array.from({ length: 1 + this.random.below(4) },
			() => columns.map((name) => this.#cell(name)));

		return [columns, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
	}
}
