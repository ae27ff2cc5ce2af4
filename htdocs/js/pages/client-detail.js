/* Clients: one client, to read. */
import { asProblem, explain } from '../ui/explain.js';
import { byId, setTitle } from '../ui/page.js';
import { call } from '../core/api.js';
import { crumbs } from '../ui/crumbs.js';
import { html, nothing, render } from '../core/html.js';
import { notice } from '../ui/notice.js';
import { personName, statusBadge } from '../ui/words.js';
import { stamp } from '../ui/stamp.js';
import { t } from '../core/i18n.js';

/** @param {import('../records.js').Client} client */
function details(client) {
	return html`
		${client.masked ? notice(t('client.masked')) : nothing}
		<section class="card facts"><dl class="details">
			<dt>${t('client.id')}</dt><dd>${client.id}</dd>
			<dt>${t('client.name')}</dt><dd>${client.name}</dd>
			<dt>${t('client.email')}</dt><dd>${client.email}</dd>
			<dt>${t('client.phone')}</dt><dd>${client.phone}</dd>
			<dt>${t('client.country')}</dt><dd>${client.country}</dd>
			<dt>${t('client.status')}</dt><dd>${statusBadge(client.status)}</dd>
			<dt>${t('client.manager')}</dt><dd>${personName(client.manager)}</dd>
			<dt>${t('client.created_at')}</dt><dd>${stamp(client.created_at)}</dd>
		</dl></section>`;
}

/** @param {unknown} content */
function draw(content) {
	const title = t('client.title');

	setTitle(title);
	render(html`
		${crumbs([['./?p=clients', t('clients.title')]], title)}
		<div class="head"><h1 tabindex="-1">${title}</h1></div>
		${content}`, byId('main'));
}

/** @returns {import('../core/router.js').Screen} */
export function clientDetail() {
	let closed = false;

	/** @param {URLSearchParams} params */
	async function show(params) {
		let content = /** @type {unknown} */ (nothing);

		draw(content);
		try {
			const { data } = await call('GET', `clients/${Number(params.get('id'))}`);

			content = details(data);
		} catch (error) {
			content = notice(explain(asProblem(error)), { kind: 'problem',
				action: t('action.try_again'), run: () => show(params) });
		}
		if (!closed) {
			draw(content);
		}
	}

	return { show, close: () => (closed = true) };
}
