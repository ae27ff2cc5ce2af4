/*
 * What the database takes for parts of a list by themselves, by a client without HTTP: a filter, a
 * pair of them or a search cannot be had for less than the parts that it is made of.
 */
import { costOfStatements, medians } from './measure.mjs';

const PAGE = 50;
const COUNTED = 10_000; // totals are exact up to this

const COLUMNS = `u.id, u.email, u.name, u.status, u.two_factor, u.mask_data, u.language,
	u.creator_id, u.created_at, u.last_sign_in_at, u.ip_allow_list, u.version`;

/* What stands beside the users of a page, who are some of these. */
const beside = (which) => `SELECT m.user_id, m.group_id FROM user_group_member m
	WHERE m.user_id ${which} UNION ALL SELECT a.user_id, 0 FROM attempt a WHERE a.user_id ${which}
	AND a.blocked_until > UTC_TIMESTAMP() UNION ALL SELECT o.user_id, o.id FROM outbox o
	FORCE INDEX (outbox_kind_user) WHERE o.kind IN (1, 4) AND o.user_id ${which}`;

const count = (rows) => `SELECT COUNT(*) FROM (SELECT 1 FROM ${rows} LIMIT ${COUNTED + 1}) x`;

/** The parts: what they are called, and their statements. */
function floors(ids) {
	const apart = `IN (${ids.join()})`;
	const together = `BETWEEN ${ids[0]} AND ${ids[0] + PAGE}`;

	return [
		['the plain page: rows that lie together', [`SELECT ${COLUMNS} FROM user u
			ORDER BY u.id DESC LIMIT ${PAGE + 1}`, beside(together)]],
		['a page of rows that lie apart, as words find them', [`SELECT ${COLUMNS} FROM user u
			WHERE u.id ${apart}`, beside(apart)]],
		[`to count ${COUNTED} entries of one index`, [count(
			'user u FORCE INDEX (user_status) WHERE u.status = 1')]],
		[`to go past ${COUNTED} entries of one index`, [`SELECT u.id FROM user u
			FORCE INDEX (user_status) WHERE u.status = 1 LIMIT ${COUNTED}, 1`]],
		[`to count ${COUNTED} entries of one index that are looked up in another`, [count(
			`user_group_member m FORCE INDEX (user_group_member_group) STRAIGHT_JOIN user u
			FORCE INDEX (PRIMARY) ON u.id = m.user_id AND u.status = 1 WHERE m.group_id = 3`)]],
	].map(([name, statements]) => ({ name,
		statements: statements.map((one) => one.replace(/\s+/g, ' ')) }));
}

async function measure({ installation, seconds }, statements) {
	const { p50, database } = await costOfStatements(installation, (around) =>
		installation.peers.run({ statements, seconds, around }));

	return { p50, cpu: database };
}

/** @returns {Promise<{floors: object[]}>} of each part its name, and in ms p50 and CPU */
export async function measureFloors(bench) {
	const ids = bench.installation.stack.sql(`SELECT id FROM user WHERE id MOD 1009 = 7
		ORDER BY id LIMIT ${PAGE}`).map(([id]) => Number(id));
	const parts = floors(ids).map((part) => ({ ...part, noted: [] }));

	for (let i = 0; i < bench.rounds; i++) {
		for (const { statements, noted } of parts) {
			noted.push(await measure(bench, statements));
		}
	}
	return { floors: parts.map(({ name, noted }) => ({ name, ...medians(noted) })) };
}
