/* What is measured beside the peers: the requests of each work. */
import { dice, SEED } from './data.mjs';
import { PASSWORD } from '../lib/stack.mjs';
import { HEAD_OF_MADE, madeStatements } from './made.mjs';
import { Asker } from './measure.mjs';
import { PLACES, written } from './names.mjs';

const PAGE = 50;
const STEP = 200; // rows between two places
const PLACES_MOST = 2500; // from each end
const SEARCHES = 1000;
const CREATES = 20_000;

/* Pages from one end of the list, for one viewer: a cursor is good for whom it was made. */
async function pagesFrom(target, list, order, { cookie }) {
	const asker = new Asker(target.url, cookie);
	const pages = [];

	for (let next = ''; next !== null && pages.length < PLACES_MOST;) {
		const after = next && `&after=${encodeURIComponent(next)}`;
		const { body } = await asker.get(`${list}?sort=${order}&size=${STEP}${after}`);

		pages.push(['GET', `${list}?sort=${order}&size=${PAGE}${after}`, cookie]);
		next = body.page.next;
	}
	return pages;
}

/* Some of the requests of one viewer, for the floor of the database. */
function someOf(requests, cookie) {
	const own = requests.filter(([, , whose]) => whose === cookie);
	const every = Math.ceil(own.length / 20);

	return { cookie, work: own.filter((_, at) => at % every === 0).map(([, path]) => path) };
}

/** A list, at places all over it. */
function listWork(title, list, viewers) {
	let pages; // of the product, which those that answer the same bytes are asked for too

	return { title, peers: ['php', 'libfcgi', 'nginx'],
		requests: async (target, serial) => {
			if (serial === 0) {
				return [['GET', `${list}?size=${PAGE}`, viewers[0].cookie]];
			}
			if (target.fixed) {
				return pages;
			}
			const found = (await Promise.all(['id', '-id'].map((order, at) =>
				pagesFrom(target, list, order, viewers[at])))).flat();

			pages = target.name === 'product' ? found : pages;
			return found;
		},
		statements: () => someOf(pages, viewers[0].cookie) };
}

const some = (list, roll) => list[Math.floor(list.length * roll())];

/* Of two words in any order, without accents: of people who may be there or not. */
function wordsOf(roll) {
	const { first, last } = some(PLACES, roll);
	const words = [first, last].map((list) => some(list, roll)).map((name) =>
		written(name)[roll() < 0.5 ? 'address' : 'shown']);

	return (roll() < 0.5 ? words : words.reverse()).join(' ').toLowerCase();
}

const addressOf = (roll) => {
	const { first, last } = some(PLACES, roll);

	return `${written(some(first, roll)).address}.${written(some(last, roll)).address.slice(0, 3)}`;
};

/** Finding somebody: the product and its peer by what each is asked with. */
function findWork(title, viewers, { own, theirs }) {
	const roll = dice(SEED);
	const seeds = Array.from({ length: SEARCHES }, () => roll() * 2 ** 32);

	const requests = (target, whose = viewers) => seeds.map((seed, at) => ['GET',
		`users?size=${PAGE}&${(target.name === 'product' ? own : theirs)(dice(seed))}`,
		whose[at % whose.length].cookie]);
	const [first] = viewers;

	return { title, peers: ['php'], requests: (target) => requests(target),
		statements: () => someOf(requests({ name: 'product' }, [first]), first.cookie) };
}

const asks = (parameter, text) => (roll) => `${parameter}=${encodeURIComponent(text(roll))}`;

/** New users who are mailed a link, each with its letter. */
function createWork({ stack }, viewers) {
	const token = () => stack.sql('SELECT HEX(token_hash) FROM session ORDER BY id DESC LIMIT 1');

	return { title: 'A new user who is mailed a link, without a hash', peers: ['php'], once: true,
		statements: () => {
			stack.sql(HEAD_OF_MADE);
			return { statements: madeStatements(token()[0][0]) };
		},
		requests: (target, serial) => Array.from({ length: CREATES }, (_, at) => ['POST', 'users',
			viewers[at % viewers.length].cookie, JSON.stringify({
				email: `new.${target.name}.${serial}.${at}@example.com`, name: 'Nora Neu',
				groups: [3], link: true, send_to_email: true })]) };
}

/** Everybody of the staff, from an address of their own and with the device that is known. */
export function signInWork(staff) {
	const requests = staff.map(({ email, cookie }, at) => ['POST', 'session',
		cookie.replace(/^backoffice=[^;]*; /, ''), JSON.stringify({ email, password: PASSWORD }),
		`10.9.8.${at + 1}`]);

	return { title: 'Signing in by password (Argon2id, 64 MiB, 2 passes)', peers: ['php'],
		requests: () => requests };
}

/** @param {import('./installation.mjs').Installation} installation */
export function comparedWorks(installation) {
	const staff = installation.viewers();
	const masked = installation.viewers({ masked: true });

	return {
		users: listWork(`Users, a random page of ${PAGE}`, 'users', staff),
		clients: listWork(`Clients for a masked viewer, a random page of ${PAGE}`, 'clients',
			masked),
		find: findWork('Finding a user by the beginning of the address (in PHP: LIKE on it)', staff,
			{ own: asks('q', addressOf), theirs: asks('email', addressOf) }),
		words: findWork('Finding a user by two words (in PHP: LIKE on the name)', staff,
			{ own: asks('q', wordsOf), theirs: asks('name', wordsOf) }),
		create: createWork(installation, installation.viewers({ administrator: true })),
		sign_in: signInWork(installation.staff),
	};
}
