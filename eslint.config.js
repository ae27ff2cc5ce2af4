import js from '@eslint/js';
import globals from 'globals';

/* What the page's content security policy forbids would fail silently, so it fails here. */
const FORBIDDEN = [
	{
		selector: 'TemplateElement[value.raw=/\\sstyle=/], Literal[value=/<[a-z]+[^>]*\\sstyle=/]',
		message: 'Inline styles are dead under the policy: use a class.',
	},
	{
		selector: 'MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML)$/]',
		message: 'Draw with html`…` from core/html.js.',
	},
];

const RULES = {
	'complexity': ['error', 12],
	'eqeqeq': 'error',
	'max-depth': ['error', 4],
	'max-lines-per-function': ['error', { max: 60, skipComments: true }],
	'no-alert': 'error',
	'no-implicit-coercion': ['error', { boolean: false }],
	'no-shadow': 'error',
	'no-throw-literal': 'error',
	'no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
	'no-var': 'error',
	'object-shorthand': 'error',
	'prefer-const': 'error',
};

/* One describe() holds all the tests of a subject; what programs print has control characters. */
const TEST_RULES = { ...RULES, 'max-lines-per-function': 'off', 'no-control-regex': 'off' };

export default [
	{ ignores: ['build/', 'htdocs/vendor/', 'node_modules/', 'var/'] },
	js.configs.recommended,
	{
		files: ['htdocs/js/**/*.js'],
		languageOptions: { globals: globals.browser },
		rules: { ...RULES, 'no-console': 'error', 'no-restricted-syntax': ['error', ...FORBIDDEN] },
	},
	{
		// Runs before the modules do.
		files: ['htdocs/js/early.js'],
		languageOptions: { sourceType: 'script' },
	},
	{
		files: ['fcgi/**/*.mjs'],
		languageOptions: { globals: globals.node },
		rules: RULES,
	},
	{
		// Tests of the page hand functions to the browser.
		files: ['tests/**/*.mjs', '*.js'],
		languageOptions: { globals: { ...globals.node, ...globals.browser } },
		rules: TEST_RULES,
	},
];
