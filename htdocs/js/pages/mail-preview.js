/* System > Mail > Preview: what each letter looks like in each language. */
import { asProblem, explain } from '../ui/explain.js';
import { byId, setTitle } from '../ui/page.js';
import { call } from '../core/api.js';
import { choiceField } from '../ui/field.js';
import { crumbs } from '../ui/crumbs.js';
import { Form } from '../ui/form.js';
import { html, nothing, render } from '../core/html.js';
import { language, languages, messageKeys, t } from '../core/i18n.js';
import { notice } from '../ui/notice.js';

/** @typedef {{subject: string, text: string}} Parts */

/** One letter in one language. */
class MailPreview {
	constructor() {
		this.kinds = messageKeys('mail.kind.');
		this.form = new Form({ kind: this.kinds[0], language: language() }, () => this.load());
		/** @type {Parts | null} */
		this.parts = null;
		/** @type {import('../core/api.js').Problem | null} */
		this.problem = null;
	}

	show() {
		setTitle(t('mail.preview_title'));
		return this.load();
	}

	/** An answer that comes late must not draw over the next screen. */
	close() {
		this.draw = () => {};
	}

	get query() {
		return new URLSearchParams(this.form.values).toString();
	}

	async load() {
		const asked = this.query;

		try {
			const { data } = await call('GET', `mail/preview?${asked}`);

			this.parts = asked === this.query ? data : this.parts;
			this.problem = null;
		} catch (error) {
			this.problem = asProblem(error);
		}
		this.draw();
	}

	choices() {
		const { form } = this;
		const words = (/** @type {string} */ kind) => t(`mail.kind.${kind}`);

		return html`<form class="card form">
			${choiceField(form, 'kind', { label: t('mail.kind'), hint: t('mail.preview_text'),
				choices: this.kinds.map((kind) => [kind, words(kind)]) })}
			${choiceField(form, 'language', { label: t('mail.language'),
				choices: languages.map(({ tag, name }) => [tag, name]) })}
		</form>`;
	}

	/** @param {Parts} parts */
	letter({ subject, text }) {
		const { language: tag } = this.form.values;
		const dir = languages.find((one) => one.tag === tag)?.dir ?? 'auto';

		return html`
			<section class="card facts">
				<h2>${t('mail.subject')}</h2>
				<p class="field" lang=${tag} dir=${dir}>${subject}</p>
				<h2>${t('mail.text')}</h2>
				<p class="letter-text" lang=${tag} dir=${dir}>${text}</p>
			</section>
			<section class="section">
				<h2>${t('mail.page')}</h2>
				<iframe class="letter-page" sandbox title=${t('mail.page')}
					src="api/v1/mail/preview.html?${this.query}"></iframe>
			</section>`;
	}

	draw() {
		const title = t('mail.preview_title');

		render(html`
			${crumbs([['./?p=mail', t('mail.title')]], title)}
			<div class="head"><h1 tabindex="-1">${title}</h1></div>
			${this.choices()}
			${this.problem ? notice(explain(this.problem), { kind: 'problem',
				action: t('action.try_again'), run: () => this.load() }) : nothing}
			${this.parts ? this.letter(this.parts) : nothing}`, byId('main'));
	}
}

/** @returns {import('../core/router.js').Screen} */
export function mailPreview() {
	return new MailPreview();
}
