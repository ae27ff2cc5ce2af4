/*
 * The only fetch() of the API. A call gives what the server answered or throws a Problem; sentences
 * for people are made elsewhere from the problem's code.
 */
import { LIMITS } from '../contract.js';
import { wasSignedIn } from './prefs.js';
import { wholeMessages } from './i18n.js';

const BASE = 'api/v1/';

/**
 * What an answer says that is not one of the program's own: from nginx, or from a proxy that does
 * not know our form. Its 401 and 404 are not about our sessions and records.
 * @type {Map<number, Code>}
 */
const CODES = new Map([[400, 'malformed'], [403, 'forbidden'], [413, 'too_large'],
	[429, 'too_many_requests'], [500, 'internal']]);

/** @typedef {import('../records.js').ProblemCode | 'network'} Code */

/** A refusal, or no answer at all (status 0, code "network"). */
export class Problem extends Error {
	/**
	 * @param {number} status
	 * @param {Code} code
	 * @param {{errors?: Record<string, string>, missing?: string, count?: number,
	 *     places?: Record<string, {character: string, after: string}>,
	 *     line?: number, request_id?: string, retryAfter?: number}} [more]
	 */
	constructor(status, code, more = {}) {
		super(code);
		this.status = status;
		this.code = code;
		/** What is wrong with which field: stable keys. */
		this.errors = more.errors ?? {};
		/** Where in which field a character is that cannot be seen. */
		this.places = more.places ?? {};
		/** The permission that was missing. */
		this.missing = more.missing ?? '';
		/** How many records are in the way. */
		this.count = more.count ?? 0;
		/** Of a file: where something is wrong. */
		this.line = more.line ?? 0;
		/** What the server's log calls the request. */
		this.requestId = more.request_id ?? '';
		/** Seconds to wait. */
		this.retryAfter = more.retryAfter ?? 0;
	}
}

/**
 * A part of the page that is fetched when it is needed, with its words; one that cannot be is a
 * Problem.
 * @template Module
 * @param {Promise<Module>} module
 */
export async function fetched(module) {
	const [part, isWhole] = await Promise.all([module.catch(() => null), wholeMessages()]);

	if (!part || !isWhole) {
		throw new Problem(0, 'network');
	}
	return part;
}

/**
 * Seconds until the instant or for the time of a Retry-After (RFC 9110 10.2.3); 0 without one.
 * @param {string} text
 */
function secondsOf(text) {
	const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;

	return Math.max(0, Math.ceil(seconds)) || 0;
}

/**
 * RFC 9457; {} for anything else, and for one that was cut short.
 * @param {Response} answer
 */
async function bodyOf(answer) {
	const type = answer.headers.get('Content-Type') ?? '';

	return type.startsWith('application/problem+json') ? answer.json().catch(() => ({})) : {};
}

/** @param {Response} answer */
async function problemOf(answer) {
	const { headers, status } = answer;
	const body = await bodyOf(answer);

	return new Problem(status, body.code ?? CODES.get(status) ?? 'unavailable', {
		request_id: headers.get('X-Request-Id') ?? '',
		...body,
		retryAfter: secondsOf(headers.get('Retry-After') ?? ''),
	});
}

/** @typedef {import('../records.js').Paths} Paths what each takes and answers, by method */

/**
 * @template Row
 * @typedef {Row extends {answer: infer Answer} ? Answer : never} AnswerOf
 */

/**
 * @template Row
 * @typedef {Row extends {body: infer Body} ? Body : Record<string, never>} BodyOf
 */

/**
 * @template Row
 * @typedef {Row extends {query: infer Query} ? Query : never} QueryOf
 */

/**
 * The paths whose row has this to it.
 * @template {keyof Paths} Method
 * @template Trait
 * @typedef {{[Path in keyof Paths[Method]]: Paths[Method][Path] extends Trait ? Path
 *     : never}[keyof Paths[Method]]} PathWith
 */

/**
 * The lists of such items.
 * @template [Item=unknown]
 * @typedef {PathWith<'GET', {answer: import('../records.js').List<Item>, query: object}>} ListPath
 */

/**
 * What stands before the number in the path of a record.
 * @template [Path=keyof Paths['GET']]
 * @typedef {Path extends `${infer Name}/${number}` ? Name : never} Noun
 */

/**
 * @template {string} Of
 * @typedef {{[Path in keyof Paths['GET']]: Path extends `${Of}/${number}`
 *     ? AnswerOf<Paths['GET'][Path]> : never}[keyof Paths['GET']]} RecordOf
 */

/** @typedef {PathWith<'POST', {later: import('../records.js').Job}>} LaterPath */

/**
 * @template [Body=unknown]
 * @template [Query=object]
 * @typedef {object} Extras
 * @property {Body} [body] sent as JSON; a Blob as what it is
 * @property {Query} [query] filters, order and place
 * @property {string} [etag] the version that a change rests on
 * @property {string} [key] makes a repetition of the same request harmless
 * @property {AbortSignal} [signal]
 * @property {boolean} [final] a refusal is the end: the reader is neither asked nor sent away
 */

/** @typedef {Extras & {later?: boolean}} Sent later: rather as a job than in this request */

/** @param {Sent} extras */
function headersOf({ body, etag, key, later }) {
	const headers = new Headers();

	if (body !== undefined) {
		headers.set('Content-Type', body instanceof Blob ? body.type : 'application/json');
	}
	if (etag) {
		headers.set('If-Match', etag);
	}
	if (key) {
		headers.set('Idempotency-Key', key);
	}
	if (later) {
		headers.set('Prefer', 'respond-async');
	}
	return headers;
}

/** @param {unknown} body */
function contentOf(body) {
	if (body === undefined) {
		return null;
	}
	return body instanceof Blob ? body : JSON.stringify(body);
}

/**
 * @param {string} path
 * @param {object} [query]
 */
function addressFor(path, query) {
	const params = new URLSearchParams(Object.entries(query ?? {}));

	return `${BASE}${path}${params.size > 0 ? `?${params}` : ''}`;
}

/**
 * Where a link finds a file.
 * @template {string & keyof Paths['GET']} Path
 * @param {Path} path
 * @param {QueryOf<Paths['GET'][Path]>} [query]
 */
export function addressOf(path, query) {
	return addressFor(path, query);
}

/**
 * @param {string} method
 * @param {string} path
 * @param {Sent} extras
 */
async function send(method, path, extras) {
	try {
		return await fetch(addressFor(path, extras.query), {
			method,
			headers: headersOf(extras),
			body: contentOf(extras.body),
			signal: extras.signal ?? null,
		});
	} catch (error) {
		if (extras.signal?.aborted) {
			throw error;
		}
		throw new Problem(0, 'network');
	}
}

/**
 * After these the session has another token.
 * @type {{[Method in keyof Paths]: [Method, keyof Paths[Method]]}[keyof Paths][]}
 */
const RENEWING = [['POST', 'session/proof'], ['PUT', 'profile/password'], ['PUT', 'profile/totp'],
	['DELETE', 'profile/totp']];

/** How often it got one, and the last time that it may get one. */
let renewals = 0;
let renewal = Promise.resolve();

/**
 * What was under way with the old token of a session that lives on is sent once more.
 * @param {string} method
 * @param {string} path
 * @param {Sent} extras
 */
async function sendAsNow(method, path, extras) {
	const before = renewals;
	const sent = send(method, path, extras);

	if (RENEWING.some(([by, of]) => by === method && of === path)) {
		renewal = sent.then(({ ok }) => void (renewals += Number(ok)), () => {});
	}
	const answer = await sent;

	if (answer.status === 401) {
		await renewal;
	}
	return answer.status === 401 && renewals !== before ? send(method, path, extras) : answer;
}

/** Somebody was signed in when the page was loaded. */
let signedIn = false;

/** Where to sign in, and come back here. */
function signInAddress() {
	const params = new URLSearchParams();

	if (signedIn || wasSignedIn()) {
		params.set('ended', '1');
	}
	if (location.search) {
		params.set('next', location.search);
	}
	return `sign-in.html?${params}`;
}

/**
 * The answers to somebody who has to sign in first, or has not finished doing so.
 * @type {Code[]}
 */
const SIGN_IN_CODES = ['unauthenticated', 'password_change_required', 'totp_enrolment_required'];

/** @param {unknown} problem or anything else */
export function mustSignIn(problem) {
	return problem instanceof Problem && SIGN_IN_CODES.includes(problem.code);
}

/**
 * What the page can do about a refusal without losing what was typed. Each asks the reader, and
 * tells whether the same request may be sent again.
 * @typedef {object} Remedies
 * @property {() => Promise<boolean>} signIn
 * @property {() => Promise<boolean>} prove that it is still the same person
 * @property {() => boolean} isTyping something typed would be lost by leaving
 */

/** @type {Remedies | null} */
let remedies = null;

/**
 * From now on refusals are remedied where they can be.
 * @param {Remedies} given
 */
export function setRemedies(given) {
	remedies = given;
}

/**
 * @param {Code} code
 * @param {boolean} writes
 * @returns {(() => Promise<boolean>) | undefined}
 */
function remedyOf(code, writes) {
	if (code === 'step_up_required') {
		return remedies?.prove;
	}
	return SIGN_IN_CODES.includes(code) && (writes || remedies?.isTyping()) ? remedies?.signIn
		: undefined;
}

/** @type {Map<() => Promise<boolean>, Promise<boolean>>} */
const underWay = new Map();

/**
 * Requests that are refused side by side wait for one answer of the reader.
 * @param {() => Promise<boolean>} remedy
 */
function ask(remedy) {
	const asked = underWay.get(remedy) ?? remedy().finally(() => underWay.delete(remedy));

	underWay.set(remedy, asked);
	return asked;
}

/**
 * @param {Problem} problem
 * @param {boolean} writes
 * @returns {Promise<boolean>} whether the request may be sent again
 */
async function isRemedied({ code }, writes) {
	const remedy = remedyOf(code, writes);

	if (!remedy && !writes && SIGN_IN_CODES.includes(code)) {
		location.replace(signInAddress());
	}
	return remedy ? ask(remedy) : false;
}

/**
 * Readers whose session is over are sent to sign in. Writers stay, because what was typed is worth
 * more: they are asked here, and the same request is sent again.
 * @param {string} method
 * @param {string} path
 * @param {Sent} extras
 * @returns {Promise<{data: any, etag: string}>}
 */
async function request(method, path, extras) {
	const answer = await sendAsNow(method, path, extras);

	if (!answer.ok) {
		const problem = await problemOf(answer);

		if (!extras.final && await isRemedied(problem, method !== 'GET')) {
			return request(method, path, extras);
		}
		await wholeMessages(); // to say it with
		throw problem;
	}
	signedIn = true;
	const data = answer.status === 204 ? null : await answer.json();
	return { data, etag: answer.headers.get('ETag') ?? '' };
}

/**
 * @template {keyof Paths} Method
 * @template {string & keyof Paths[Method]} Path
 * @param {Method} method
 * @param {Path} path below the API's base
 * @param {Extras<BodyOf<Paths[Method][Path]>, QueryOf<Paths[Method][Path]>>} [extras]
 * @returns {Promise<{data: AnswerOf<Paths[Method][Path]>, etag: string}>}
 */
export async function call(method, path, extras = {}) {
	return request(method, path, /** @type {Sent} */ (extras));
}

/**
 * The same, but rather over many short requests: gives the job that it becomes.
 * @template {string & LaterPath} Path
 * @param {Path} path
 * @param {Extras<BodyOf<Paths['POST'][Path]>>} extras
 * @returns {Promise<import('../records.js').Job>}
 */
export async function callLater(path, extras) {
	const { data } = await request('POST', path, { .../** @type {Sent} */ (extras), later: true });

	return data;
}

/**
 * Every item of a list, page after page: for short lists that a form offers as choices.
 * @template {string & ListPath} Path
 * @param {Path} path
 * @param {Pick<Extras, 'signal'>} [extras]
 * @returns {Promise<AnswerOf<Paths['GET'][Path]>['items']>}
 */
export async function callAll(path, extras) {
	const items = [];
	let after = '';

	do {
		const query = { size: LIMITS.page_size_max, ...after && { after } };
		const { data } = await request('GET', path, { ...extras, query });

		items.push(...data.items);
		after = data.page.next ?? '';
	} while (after);
	return items;
}
