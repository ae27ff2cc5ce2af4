/*
 * What a set of permissions becomes when a box is ticked, and what a change of a group means for
 * its members. Pure: permissions are names like users.view; nothing is known of the screen.
 */

/** @typedef {import('../records.js').Group} Group */
/** @typedef {import('../records.js').PermissionName} PermissionName */
/** @typedef {import('../records.js').User} User */

/** @param {string} name */
function viewOf(name) {
	return `${name.split('.')[0]}.view`;
}

/**
 * Whoever may change something must see it: a permission brings the view of its category, and goes
 * when that goes.
 * @param {string[]} chosen
 * @param {string[]} names to tick or to clear
 * @param {boolean} on
 * @param {(name: string) => boolean} holds what the viewer can give
 * @returns {string[]}
 */
export function toggled(chosen, names, on, holds) {
	const given = names.filter(holds);

	if (on) {
		return [...new Set([...chosen, ...given, ...given.map(viewOf).filter(holds)])];
	}
	return chosen.filter((name) => !given.includes(name) && !given.includes(viewOf(name)));
}

/**
 * @param {string[]} chosen
 * @param {string[]} names
 * @returns {'all' | 'some' | 'none'}
 */
export function stateOf(chosen, names) {
	const count = names.filter((name) => chosen.includes(name)).length;

	if (count === 0) {
		return 'none';
	}
	return count === names.length ? 'all' : 'some';
}

/**
 * @template {string} Name
 * @param {Name[]} before
 * @param {Name[]} after
 */
export function differences(before, after) {
	return {
		added: after.filter((name) => !before.includes(name)),
		removed: before.filter((name) => !after.includes(name)),
	};
}

/**
 * Whether a user holds a permission without this group.
 * @param {User} user
 * @param {PermissionName} permission
 * @param {number} id of the group
 * @param {Group[]} groups all of them
 */
function holdsElsewhere(user, permission, id, groups) {
	return user.groups.some((own) => own.id !== id
		&& groups.find((group) => group.id === own.id)?.permissions.includes(permission));
}

/**
 * Some permissions that come or go for the same people.
 * @typedef {object} Effect
 * @property {boolean} added
 * @property {PermissionName[]} permissions
 * @property {User[]} people who gain or lose them: members who do not hold them elsewhere
 */

/**
 * @param {object} change
 * @param {number} change.id of the group
 * @param {PermissionName[]} change.before
 * @param {PermissionName[]} change.after
 * @param {User[]} members
 * @param {Group[]} groups all of them
 * @returns {Effect[]}
 */
export function effectsOf({ id, before, after }, members, groups) {
	const { added, removed } = differences(before, after);
	/** @type {Map<string, Effect>} */
	const effects = new Map();

	for (const permission of [...added, ...removed]) {
		const isAdded = added.includes(permission);
		const people = members.filter((user) => !holdsElsewhere(user, permission, id, groups));
		const key = `${isAdded} ${people.map((user) => user.id)}`;
		const effect = effects.get(key) ?? { added: isAdded, permissions: [], people };

		effect.permissions.push(permission);
		effects.set(key, effect);
	}
	return [...effects.values()];
}
