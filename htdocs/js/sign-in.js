/*
 * The page to sign in at: one step after the other, and then where somebody wanted to go. A
 * one-time link leads here too.
 */
import { byId, setProduct, setTitle } from './ui/page.js';
import { call } from './core/api.js';
import { html, nothing, render } from './core/html.js';
import { languageMenu } from './ui/language-menu.js';
import { loadMessages, t, wholeMessages } from './core/i18n.js';
import { safeNext } from './lib/next.js';
import { SignInSteps } from './ui/sign-in-steps.js';
import { siteMark, wearAccent } from './ui/site.js';
import { takeToken } from './ui/recovery.js';

const params = new URLSearchParams(location.search);
const steps = new SignInSteps({
	redraw: draw,
	begun: () => /** @type {HTMLElement | null} */ (
		document.querySelector('input:not([hidden])'))?.focus(),
	done: () => location.replace(`./${safeNext(params.get('next'))}`),
	message: params.has('ended') ? 'sign_in.ended' : '',
	mayForget: true,
});

let site = { name: '', support: '', logo: '', accent: '', accent_dark: '' };

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
