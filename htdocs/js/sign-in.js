/* The page to sign in at: one step after the other, and then where somebody wanted to go. */
import { byId, setProduct, setTitle } from './ui/page.js';
import { html, render } from './core/html.js';
import { loadMessages, t } from './core/i18n.js';
import { safeNext } from './lib/next.js';
import { SignInSteps } from './ui/sign-in-steps.js';

const params = new URLSearchParams(location.search);
const steps = new SignInSteps({
	redraw: draw,
	begun: () => document.querySelector('input')?.focus(),
	done: () => location.replace(`./${safeNext(params.get('next'))}`),
	message: params.has('ended') ? 'sign_in.ended' : '',
});

function draw() {
	setTitle(steps.title, { wrong: steps.form.refused });
	render(html`<div class="card">
		<h1 tabindex="-1">${steps.title}</h1>
		${steps.content()}
	</div>`, byId('main'));
}

async function start() {
	await loadMessages();
	setProduct(t('page.product'));
	steps.begin();
}

start();
