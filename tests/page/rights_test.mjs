/* What boxes do to a set of permissions, and what a change means for people: pure functions. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { differences, effectsOf, stateOf, toggled } from '../../htdocs/js/lib/rights.js';
import { forecast, readGroups } from '../../htdocs/js/lib/groups-file.js';

const all = () => true;

test('a permission brings the view of its category', () => {
	assert.deepEqual(toggled([], ['users.update'], true, all), ['users.update', 'users.view']);
	assert.deepEqual(toggled(['users.view'], ['users.delete'], true, all),
		['users.view', 'users.delete']);
	assert.deepEqual(toggled([], ['mail.view'], true, all), ['mail.view']);
});

test('when the view goes, what needs it goes too; the rest stays', () => {
	const chosen = ['users.view', 'users.update', 'mail.view', 'mail.delete'];

	assert.deepEqual(toggled(chosen, ['users.view'], false, all), ['mail.view', 'mail.delete']);
	assert.deepEqual(toggled(chosen, ['users.update'], false, all),
		['users.view', 'mail.view', 'mail.delete']);
});

test('what the viewer cannot give is neither ticked nor cleared', () => {
	const may = (name) => name.startsWith('users.');

	assert.deepEqual(toggled([], ['users.view', 'mail.view'], true, may), ['users.view']);
	assert.deepEqual(toggled(['mail.view'], ['users.view', 'mail.view'], false, may),
		['mail.view']);
	assert.deepEqual(toggled([], ['mail.update'], true, may), []);
});

test('a box over many is full, empty or between', () => {
	assert.equal(stateOf([], ['a.view', 'b.view']), 'none');
	assert.equal(stateOf(['a.view'], ['a.view', 'b.view']), 'some');
	assert.equal(stateOf(['b.view', 'a.view', 'c.view'], ['a.view', 'b.view']), 'all');
});

test('a member gains or loses only what no other group gives', () => {
	const groups = [
		{ id: 1, name: 'Ours', permissions: ['users.view'] },
		{ id: 2, name: 'Other', permissions: ['users.view', 'mail.view'] },
	];
	const anna = { id: 11, groups: [{ id: 1 }] };
	const bo = { id: 12, groups: [{ id: 1 }, { id: 2 }] };
	const effects = effectsOf({ id: 1, before: ['users.view'], after: ['mail.view', 'audit.view'] },
		[anna, bo], groups);

	assert.deepEqual(effects, [
		{ added: true, permissions: ['mail.view'], people: [anna] },
		{ added: true, permissions: ['audit.view'], people: [anna, bo] },
		{ added: false, permissions: ['users.view'], people: [anna] },
	]);
});

test('permissions that concern the same people are said together', () => {
	const change = { id: 1, before: [], after: ['a.view', 'b.view'] };
	const [effect, ...others] = effectsOf(change, [], []);

	assert.deepEqual(effect.permissions, ['a.view', 'b.view']);
	assert.deepEqual(others, []);
	assert.deepEqual(differences(['x'], ['x']), { added: [], removed: [] });
});

test('only a file of groups is taken for one', () => {
	const groups = [{ name: 'A', permissions: ['users.view'] }];

	assert.deepEqual(readGroups(JSON.stringify({ groups })), groups);
	for (const text of ['', 'x', 'null', '[]', '{}', '{"groups":{}}', '{"groups":[1]}',
		'{"groups":[{"name":1,"permissions":[]}]}', '{"groups":[{"name":"A"}]}',
		'{"groups":[{"name":"A","permissions":[1]}]}']) {
		assert.equal(readGroups(text), null, text);
	}
});

test('the forecast of an import compares names as the database does', () => {
	const there = [{ id: 2, name: 'Évening', permissions: ['users.view', 'mail.view'] }];
	const group = { name: 'evening', permissions: ['users.view', 'audit.view'] };

	assert.equal(forecast(group, [], true).deed, 'created');
	assert.equal(forecast(group, there, false).deed, 'renamed');
	assert.deepEqual(forecast(group, there, true), { deed: 'replaced', added: 1, removed: 1 });
	assert.equal(forecast({ ...there[0] }, there, true).deed, 'unchanged');
});
