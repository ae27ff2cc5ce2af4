/* System > Mail > Preview: what each letter looks like in each language. */
import { addressOf, call } from '../core/api.js';
import { choiceField } from '../ui/field.js';
import { Form } from '../ui/form.js';
import { html, nothing } from '../core/html.js';
import { language, languages, t } from '../core/i18n.js';
import { LETTER_KINDS } from '../contract.js';
import { Screen } from '../ui/screen.js';

/** @typedef {import('../records.js').LetterPreview} Parts */

/** One letter in one language. */
class MailPreview extends Screen {
	constructor() {
		super();
		this.form = new Form({ kind: LETTER_KINDS[0], language: language() }, () => this.load());
		/** @type {Parts | null} */
		this.parts = null;
	}

	/** @param {AbortSignal} signal */
	async read(signal) {
		const query = this.form.values;

		this.parts = (await call('GET', 'mail/preview', { query, signal })).data;
	}

	choices() {
		const { form } = this;
		const words = (/** @type {string} */ kind) => t(`mail.kind.${kind}`);

		return html`<form class="card form">
			${choiceField(form, 'kind', { label: t('mail.kind'), hint: t('mail.preview_text'),
				choices: LETTER_KINDS.map((kind) => [kind, words(kind)]) })}
			${choiceField(form, 'language', { label: t('mail.language'),
				choices: languages.map(({ tag, name }) => [tag, name]) })}
		</form>`;
	}

	/** @param {Parts} parts */
	words({ subject, text }) {
		const { language: tag } = this.form.values;
		const dir = languages.find((one) => one.tag === tag)?.dir ?? 'auto';

		return html`<section class="card facts">
				<h2>${t('mail.subject')}</h2>
				<p class="field" lang=${tag} dir=${dir}>${subject}</p>
				<h2>${t('mail.text')}</h2>
				<p class="letter-text" lang=${tag} dir=${dir}>${text}</p>
			</section>`;
	}

	layout() {
		return html`<section>
			<h2 class="sr">${t('mail.page')}</h2>
			<iframe class="letter-page" sandbox title=${t('mail.page')}
				src=${addressOf('mail/preview.html', this.form.values)}></iframe>
		</section>`;
	}

	content() {
		const { parts } = this;

		return html`<div class="beside">
			<div>${this.choices()} ${parts ? this.words(parts) : nothing}</div>
			${parts ? this.layout() : nothing}
		</div>`;
	}
}

/** @returns {import('../core/router.js').Screen} */
export function open() {
	return new MailPreview();
}
