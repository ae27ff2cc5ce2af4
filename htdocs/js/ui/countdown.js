/* How long to wait before the next try, counted down. Seen alone: what is heard says it once. */
import { announce } from './page.js';
import { html, nothing } from '../core/html.js';
import { t } from '../core/i18n.js';

const SECOND = 1000;

/** Minutes and seconds, as a clock has them. @param {number} seconds */
function clock(seconds) {
	return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export class Countdown {
	#timer = 0;
	#end = 0;

	/** @param {() => void} redraw */
	constructor(redraw) {
		this.redraw = redraw;
	}

	get left() {
		return Math.max(0, Math.ceil((this.#end - Date.now()) / SECOND));
	}

	/** @param {number} seconds 0 for none */
	begin(seconds) {
		clearInterval(this.#timer);
		this.#end = Date.now() + seconds * SECOND;
		if (seconds > 0) {
			this.#timer = setInterval(() => this.#tick(), SECOND);
			this.redraw();
		}
	}

	#tick() {
		if (this.left === 0) {
			clearInterval(this.#timer);
			announce(t('sign_in.wait_over'));
		}
		this.redraw();
	}

	template() {
		return this.left > 0 ? html`<span class="hint" aria-hidden="true">
			${t('sign_in.wait', { time: clock(this.left) })}</span>` : nothing;
	}
}
