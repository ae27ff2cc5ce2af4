/*
 * What an eye would find on a screen, as far as it can be measured: what is wider than the window,
 * words that are cut, controls that lie under others, buttons that stand beneath each other where
 * there is room beside, what floats and touches the edge of the window, heads over other columns,
 * two buttons that lead, a title that is not the heading, words of another language.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { TOP } from './stack.mjs';

const catalogue = (tag) =>
	JSON.parse(readFileSync(join(TOP, `htdocs/i18n/${tag}.json`), 'utf8'));

/** English sentences that no sentence of a language is. */
function foreignTo(tag) {
	const own = new Set(Object.values(catalogue(tag)));

	return Object.values(catalogue('en')).filter((sentence) => tag !== 'en'
		&& /[a-z]{3}/.test(sentence) && !sentence.includes('{{') && !own.has(sentence));
}

/* What follows runs in the page, together. */

/** Where one looks: what is above everything else, or the page. */
const lookedAt = () => document.querySelector('dialog:modal') ?? document.body;

function isSeen(element) {
	return element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
		&& !element.closest('.sr, [inert]') && element.getClientRects().length > 0;
}

const seenIn = (place, names) => [...place.querySelectorAll(names)].filter(isSeen);

function told(element) {
	const text = element.innerText ?? '';

	return `<${element.localName} class="${element.getAttribute('class') ?? ''}"> ${
		text.trim().replace(/\s+/g, ' ').slice(0, 60)}`;
}

const ancestors = (element) => element
	? [element, ...ancestors(element.parentElement)] : [];

/** The part of a box that no ancestor hides. */
function boundsOf(element) {
	const isCutting = (up) => getComputedStyle(up).overflowX !== 'visible';
	const boxes = [element, ...ancestors(element.parentElement).filter(isCutting)]
		.map((up) => up.getBoundingClientRect());

	return { left: Math.max(...boxes.map(({ left }) => left)),
		right: Math.min(...boxes.map(({ right }) => right)),
		top: Math.max(...boxes.map(({ top }) => top)),
		bottom: Math.min(...boxes.map(({ bottom }) => bottom)) };
}

function tooWide() {
	const { scrollWidth } = document.documentElement;
	const sticksOut = (element) => {
		const { left, right } = boundsOf(element);

		return right > left && (right > innerWidth + 1 || left < -1);
	};

	return scrollWidth <= innerWidth ? [] : [`${scrollWidth} px are wider than the window`,
		...seenIn(document.body, '*').filter(sticksOut).map((one) => `sticks out: ${told(one)}`)];
}

/** The words of an element itself. */
function ownWords(element) {
	const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE
		&& node.data.trim());
	const range = document.createRange();

	if (texts.length === 0) {
		return null;
	}
	range.setStartBefore(texts[0]);
	range.setEndAfter(texts.at(-1));
	return range.getBoundingClientRect();
}

/** Words that end before they are over, and that nothing tells in full. */
function isCut(element) {
	const words = element.closest('[title], option') ? null : ownWords(element);
	const edge = words && ancestors(element).find((up) => up === lookedAt().parentElement
		|| getComputedStyle(up).overflowX !== 'visible');
	const box = edge?.getBoundingClientRect();

	return Boolean(box) && /hidden|clip/.test(getComputedStyle(edge).overflowX)
		&& box.width > 2 && words.width > 1 // else they are for those who listen
		&& (words.right > box.right + 1.5 || words.left < box.left - 1.5
			|| words.bottom > box.bottom + 4);
}

/** What is chosen, or is said of what may be typed, has room. */
function isShort(field) {
	const style = getComputedStyle(field);
	const pen = document.createElement('canvas').getContext('2d');
	const text = field.placeholder || field.selectedOptions?.[0]?.label || '';
	const arrow = field.localName === 'select' ? 16 : 0;

	pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
	return !field.title && pen.measureText(text).width > field.clientWidth + 1 - arrow
		- parseFloat(style.paddingInlineStart) - parseFloat(style.paddingInlineEnd);
}

/** A button says what it does in one line. */
function isBroken(button) {
	const range = document.createRange();

	range.selectNodeContents(button);
	const lines = [...range.getClientRects()].filter(({ width, height }) =>
		width > 1 && height > 8).map(({ bottom }) => Math.round(bottom / 8));

	return new Set(lines).size > 1 && button.getBoundingClientRect().height > 44;
}

/*
 * Of the buttons that belong to a sentence one has gone to the next line, which has room for all of
 * them.
 */
function isApart(button) {
	const before = button.previousElementSibling;
	const row = button.parentElement;
	const [one, other] = [before, button].map((each) => each?.getBoundingClientRect());
	const taken = [...row.children].filter((each) => each.matches('.button') && isSeen(each))
		.reduce((sum, each) => sum + each.getBoundingClientRect().width + 8, 0);

	return row.localName === 'p' && Boolean(before?.matches('.button') && isSeen(before))
		&& other.top >= one.bottom && taken <= row.clientWidth;
}

/** What floats over the page, but the menu, which is a part of its edge. */
function touching() {
	return [...document.querySelectorAll(':popover-open:not(.menu)')].filter((floating) => {
		const { left, right } = floating.getBoundingClientRect();

		return left < 4 || right > document.documentElement.clientWidth - 4;
	});
}

/** What stays in its place while the rest scrolls may be over it for a while. */
function isStaying(element) {
	return ancestors(element).some((up) => /sticky|fixed/.test(getComputedStyle(up).position));
}

/** What is drawn in the middle of an element; nothing where that is out of sight. */
function middleOf(element) {
	const { left, right, top, bottom } = boundsOf(element);
	const isThere = right - left > 4 && bottom - top > 4;

	return isThere ? document.elementFromPoint((left + right) / 2, (top + bottom) / 2) : null;
}

/** What lies over the middle of a control. */
function coverOf(control) {
	const above = middleOf(control);

	return !above || control.contains(above) || above.contains(control)
		|| above.closest('label')?.control === control || isStaying(above) ? null : above;
}

function covered() {
	const floating = document.querySelector(':popover-open');
	const place = floating && !floating.matches('.menu') ? floating : lookedAt();

	return seenIn(place, 'a[href], button, input, select, textarea')
		.map((control) => [control, coverOf(control)]).filter(([, cover]) => cover)
		.map(([control, cover]) => `covered: ${told(control)} by ${told(cover)}`);
}

/** A head stands over its column. */
function misled(table) {
	const heads = seenIn(table, 'thead tr:first-child > *');
	const cells = [...table.querySelector('tbody tr')?.children ?? []].filter(isSeen);
	const leftOf = (one) => one.getBoundingClientRect().left;
	const isTable = cells[0] && getComputedStyle(cells[0]).display === 'table-cell';

	return isTable && heads.length === cells.length
		&& heads.some((head, i) => Math.abs(leftOf(head) - leftOf(cells[i])) > 1);
}

/** In each area one button leads. */
function leading() {
	const areas = lookedAt() === document.body
		? [...document.querySelectorAll('main, :popover-open')] : [lookedAt()];

	return areas.map((area) => seenIn(area, '.button.primary')).filter(({ length }) => length > 1)
		.map(([, second]) => `leads besides: ${told(second)}`);
}

/** The page is called what it is headed. */
function named() {
	const heads = seenIn(document.body, 'h1').map((head) => head.textContent.trim());

	return heads.length === 1 && document.title.replace(/\s+/g, ' ')
		.includes(heads[0].replace(/\s+/g, ' ')) ? []
		: [`headed "${heads.join('", "')}", called "${document.title}"`];
}

/** Words of the page in another language; names are in what they are in. */
function strange(foreign) {
	const words = new Set(foreign);
	const isStrange = (element) => !element.closest('bdi, [lang]:not(html), option')
		&& [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE
			&& words.has(node.data.trim()));

	return seenIn(lookedAt(), '*').filter(isStrange);
}

function blemishesHere(foreign) {
	const place = lookedAt();
	const found = (kind, elements) => elements.map((element) => `${kind}: ${told(element)}`);

	return [...tooWide(), ...covered(), ...leading(), ...named(),
		...found('cut', seenIn(place, '*').filter(isCut)),
		...found('no room', seenIn(place, 'select, input[placeholder]').filter(isShort)),
		...found('several lines', seenIn(place, '.button, .tab').filter(isBroken)),
		...found('not side by side', seenIn(place, '.button').filter(isApart)),
		...found('at the edge', touching()),
		...found('other columns', seenIn(place, 'table').filter(misled)),
		...found('another language', strange(foreign))];
}

const HERE = [isSeen, told, boundsOf, tooWide, ownWords, isCut, isShort, isBroken, isApart,
	touching, isStaying, middleOf, coverOf, covered, misled, leading, named, strange, blemishesHere]
	.map(String).join('\n');
const SHORT = Object.entries({ lookedAt, seenIn, ancestors })
	.map(([name, act]) => `const ${name} = ${act};`).join('\n');

/**
 * @param {string} tag of the language that the page is in
 * @returns {Promise<string[]>} a line for each
 */
export async function blemishes(page, tag = 'en') {
	// What is above a screen, like the notice of failing mail, may be there before the screen is.
	await page.waitForFunction(() => document.querySelector('h1')?.textContent.trim());
	return page.evaluate(`(() => { ${SHORT} ${HERE}
		return blemishesHere(${JSON.stringify(foreignTo(tag))}); })()`);
}
