/* System > Mail > Preview: what each letter looks like in each language. */
import { call } from '../core/api.js';
import { choiceField } from '../ui/field.js';
import { Form } from '../ui/form.js';
import { html, nothing } from '../core/html.js';
import { language, languages, messageKeys, t } from '../core/i18n.js';
import { Screen } from '../ui/screen.js';

/** @typedef {{subject: string, text: string}} Parts */

/** One letter in one language. */
class MailPreview extends Screen {
	constructor() {
		super();
		this.kinds = messageKeys('mail.kind.');
		this.form = new Form({ kind: this.kinds[0], language: language() }, () => this.load());
		/** @type {Parts | null} */
		this.parts = null;
	}

	get title() {
		return t('mail.preview_title');
	}

	/** @returns {[string, string][]} */
	get above() {
		return [['./?p=mail', t('mail.title')]];
	}

	get query() {
		return new URLSearchParams(this.form.values).toString();
	}

	/** @param {AbortSignal} signal */
	async read(signal) {
		this.parts = (await call('GET', `mail/preview?${this.query}`, { signal })).data;
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

	content() {
		return html`
			${this.choices()}
			${this.parts ? this.letter(this.parts) : nothing}`;
	}
}

/** @returns {import('../core/router.js').Screen} */
export function mailPreview() {
	return new MailPreview();
}
