/*
 * The page to sign in at: one step after the other, and then where somebody wanted to go. A
 * one-time link leads here too.
 */
import { asProblem } from './ui/explain.js';
import { byId, setProduct, setTitle } from './ui/page.js';
import { call } from './core/api.js';
import { html, nothing, render } from './core/html.js';
import { languageMenu } from './ui/language-menu.js';
import { loadMessages, t, wholeMessages } from './core/i18n.js';
import { isBackAtOnce, safeNext } from './lib/next.js';
import { SignInSteps } from './ui/sign-in-steps.js';
import { siteMark, wearAccent } from './ui/site.js';
import { takeToken } from './ui/recovery.js';

const params = new URLSearchParams(location.search);
const steps = new SignInSteps({
	redraw: draw,
	begun: () => /** @type {HTMLElement | null} */ (
		document.querySelector('input:not([hidden])'))?.focus(),
	done: goOn,
	message: params.has('ended') ? 'sign_in.ended' : '',
	mayForget: true,
});

let site = { name: '', support: '', logo: '', accent: '', accent_dark: '' };

/** Where a room was asked for by somebody who was not signed in: its gate sends them here. */
const room = params.get('return') ?? '';

/**
 * Where to go for it. The server has to know the room, and gives the cookie that its gate asks for.
 * @returns {Promise<string>} "" where nobody is signed in, or that cannot be told
 */
async function placeOfRoom() {
	try {
		return (await call('POST', 'gate', { body: { return: room }, final: true })).data.location;
	} catch (error) {
		return asProblem(error).code === 'invalid' ? './' : '';
	}
}

async function goOn() {
	const place = room && await placeOfRoom();

	location.replace(place || `./${safeNext(params.get('next'))}`);
}

/** Whoever is signed in already is only passing. */
async function isPassing() {
	if (!room) {
		return false;
	}
	if (isBackAtOnce(sessionStorage, room, Date.now())) {
		steps.message = 'sign_in.room_again';
		return false;
	}
	const place = await placeOfRoom();

	if (place) {
		location.replace(place);
	}
	return place !== '';
}

/** @param {string} tag */
async function chooseLanguage(tag) {
	await loadMessages(tag);
	await wholeMessages();
	draw();
}

function draw() {
	setTitle(steps.title, { wrong: steps.form.refused });
	render(html`<div class="card">
		${site.name ? html`<p class="alone-name">${siteMark(site)}</p>` : nothing}
		<h1 tabindex="-1">${steps.title}</h1>
		${steps.content()}
	</div>
	${site.support ? html`<p class="hint"><bdi>${site.support}</bdi></p>` : nothing}
	<div class="alone-foot">${languageMenu(chooseLanguage)}</div>`, byId('main'));
}

async function start() {
	const token = takeToken();

	if (!token && await isPassing()) {
		return;
	}
	const asked = call('GET', 'site').then(({ data }) => data, () => site); // it can do without

	await loadMessages();
	await wholeMessages();
	site = await asked;
	setProduct(site.name || t('page.product'));
	wearAccent(site);
	if (token) {
		await steps.beginLink(token);
	} else {
		steps.begin();
	}
}

/** A link that is opened where this page stands already changes the fragment alone. */
addEventListener('hashchange', () => {
	const token = takeToken();

	if (token) {
		steps.beginLink(token);
	}
});

start();
