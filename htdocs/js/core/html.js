/* The only door to the drawing library: nothing else imports from vendor/. */
export { html, nothing, render, svg } from '../../vendor/lit-html/lit-html.js';
export { live } from '../../vendor/lit-html/directives/live.js';
export { repeat } from '../../vendor/lit-html/directives/repeat.js';
