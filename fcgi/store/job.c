#include "store/job.h"

#include "base/clock.h"
#include "base/text.h"

enum { ABANDONED_HOURS = 24, KEPT_HOURS = 24 };

const char *const job_kind_words[] = {
	[0] = "",
	[JOB_USERS_BULK] = "users_bulk",
	[JOB_USERS_IMPORT] = "users_import",
	[JOB_CLIENTS_IMPORT] = "clients_import",
	[JOB_USERS_UNDO] = "users_undo",
	NULL,
};

const char *const job_state_words[] = {
	[JOB_RUNNING] = "running",
	[JOB_FINISHED] = "finished",
	[JOB_CANCELLED] = "cancelled",
	[JOB_EXPIRED] = "expired",
	NULL,
};

static const struct statement job_insert = { "job_insert", DB_WEB, "uusbutt", "",
	"INSERT INTO {work} (user_id, kind, options, input, total, created_at, updated_at) "
	"VALUES (?, ?, ?, ?, ?, ?, ?)" };

enum err store_job_insert(struct db *db, const struct job *job, const char *input, size_t len,
	uint64_t *id)
{
	int64_t now = clock_now();

	*id = 0;
	TRY(db_run(db, &job_insert,
		DB_IN(in_number(job->user_id), in_number(job->kind), in_text(job->options),
			in_bytes(input, len), in_number(job->total), in_time(now), in_time(now))));
	*id = db_insert_id(db);
	return ERR_OK;
}

static const struct statement job_insert_over = { "job_insert_over", DB_WEB, "uusuutt", "",
	"INSERT INTO {work} (user_id, kind, options, position, total, state, created_at, updated_at) "
	"VALUES (?, ?, ?, ?, ?, 1, ?, ?)" };

enum err store_job_insert_over(struct db *db, const struct job *job, uint64_t *id)
{
	int64_t now = clock_now();

	*id = 0;
	TRY(db_run(db, &job_insert_over,
		DB_IN(in_number(job->user_id), in_number(job->kind), in_text(job->options),
			in_number(job->total), in_number(job->total), in_time(now), in_time(now))));
	*id = db_insert_id(db);
	return ERR_OK;
}

static const struct statement job_unfinished = { "job_unfinished", DB_WEB, "u", "u",
	"SELECT COUNT(*) FROM {work} WHERE user_id = ? AND state = 0" };

enum err store_job_unfinished(struct db *db, struct arena *arena, uint64_t user_id,
	uint64_t *count)
{
	*count = 0;
	return db_first(db, &job_unfinished, DB_IN(in_number(user_id)), arena,
		DB_INTO(into_number(count)));
}

/* Where the columns of a job go. */
#define JOB_INTO(job) into_number(&(job)->id), into_word(&(job)->kind), \
	into_word(&(job)->state), into_text(&(job)->options), into_number(&(job)->position), \
	into_number(&(job)->total), into_number(&(job)->done), into_number(&(job)->failed), \
	into_time(&(job)->created_at), into_time(&(job)->updated_at), into_flag(&(job)->undoable)

static const struct statement job_list = { "job_list", DB_WEB, "uu", "uuusuuuuttu",
	"SELECT w.id, w.kind, w.state, w.options, w.position, w.total, w.done, w.failed, w.created_at, "
	"w.updated_at, w.state <> 0 AND EXISTS (SELECT 1 FROM {work_undo} n WHERE n.work_id = w.id) "
	"FROM {work} w WHERE w.user_id = ? ORDER BY w.state <> 0, w.id DESC LIMIT ?" };

enum err store_job_list(struct db *db, struct arena *arena, uint64_t user_id,
	struct job **jobs, size_t *count)
{
	struct job *list = arena_array(arena, JOB_LIST_MAX, sizeof(*list));
	struct db_rows rows;
	enum db_step step;

	*jobs = list;
	*count = 0;
	TRY(db_query(db, &job_list,
		DB_IN(in_number(user_id), in_number(JOB_LIST_MAX)), arena, &rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		list[*count].user_id = user_id;
		db_take(&rows, DB_INTO(JOB_INTO(&list[*count])));
		(*count)++;
	}
	return db_rows_end(&rows, step);
}

static const struct statement job_load = { "job_load", DB_WEB, "uu", "uuusuuuuttu",
	"SELECT w.id, w.kind, w.state, w.options, w.position, w.total, w.done, w.failed, w.created_at, "
	"w.updated_at, w.state <> 0 AND EXISTS (SELECT 1 FROM {work_undo} n WHERE n.work_id = w.id) "
	"FROM {work} w WHERE w.id = ? AND w.user_id = ?" };

enum err store_job_load(struct db *db, struct arena *arena, uint64_t user_id, uint64_t id,
	struct job *job)
{
	*job = (struct job){ .user_id = user_id };
	return db_first(db, &job_load, DB_IN(in_number(id), in_number(user_id)), arena,
		DB_INTO(JOB_INTO(job)));
}

static const struct statement job_refused = { "job_refused", DB_WEB, "u", "s",
	"SELECT results FROM {work_refused} WHERE work_id = ? ORDER BY position" };

enum err store_job_refused(struct db *db, struct arena *arena, struct job *job)
{
	struct text all = text_in(arena);
	struct db_rows rows;
	enum db_step step;

	text_puts(&all, "");
	TRY(db_query(db, &job_refused, DB_IN(in_number(job->id)), arena, &rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		const char *results = "";

		db_take(&rows, DB_INTO(into_text(&results)));
		text_puts(&all, results);
	}
	job->results = all.bytes;
	return db_rows_end(&rows, step);
}

static const struct statement job_input = { "job_input", DB_WEB, "uu", "b",
	"SELECT input FROM {work} WHERE id = ? AND user_id = ?" };

enum err store_job_input(struct db *db, struct arena *arena, const struct job *job,
	const char **input, size_t *len)
{
	struct db_bytes bytes = { .bytes = "", .len = 0 };
	enum err err = db_first(db, &job_input,
		DB_IN(in_number(job->id), in_number(job->user_id)), arena, DB_INTO(into_bytes(&bytes)));

	*input = bytes.bytes;
	*len = bytes.len;
	return err;
}

static const struct statement job_piece_put = { "job_piece_put", DB_WEB, "uuub", "",
	"INSERT INTO {work_piece} (work_id, position, line, input) VALUES (?, ?, ?, ?)" };

enum err store_job_piece_put(struct db *db, uint64_t job_id, const struct job_piece *piece)
{
	return db_run(db, &job_piece_put, DB_IN(in_number(job_id), in_number(piece->position),
		in_number(piece->line), in_bytes(piece->text, piece->len)));
}

static const struct statement job_piece = { "job_piece", DB_WEB, "uu", "uub",
	"SELECT position, line, input FROM {work_piece} WHERE work_id = ? AND position <= ? "
	"ORDER BY position DESC LIMIT 1" };

enum err store_job_piece(struct db *db, struct arena *arena, const struct job *job,
	struct job_piece *piece)
{
	struct db_bytes bytes = { .bytes = "", .len = 0 };

	TRY(db_first(db, &job_piece, DB_IN(in_number(job->id), in_number(job->position)), arena,
		DB_INTO(into_number(&piece->position), into_number(&piece->line),
			into_bytes(&bytes))));
	piece->text = bytes.bytes;
	piece->len = bytes.len;
	return ERR_OK;
}

static const struct statement job_pieces_wipe = { "job_pieces_wipe", DB_WEB, "uu", "",
	"DELETE FROM {work_piece} WHERE work_id = ? AND position < ?" };

enum err store_job_pieces_wipe(struct db *db, const struct job *job, uint64_t to)
{
	return db_run(db, &job_pieces_wipe, DB_IN(in_number(job->id), in_number(to)));
}

static const struct statement job_lock = { "job_lock", DB_WEB, "uuu", "u",
	"SELECT id FROM {work} WHERE id = ? AND position = ? AND user_id = ? AND state = 0 "
	"FOR UPDATE NOWAIT" };

static const struct statement job_claim = { "job_claim", DB_WEB, "utu", "",
	"UPDATE {work} SET position = ?, updated_at = ? WHERE id = ?" };

enum err store_job_claim(struct db *db, struct arena *arena, const struct job *job,
	uint64_t to)
{
	enum err err = db_first(db, &job_lock, DB_IN(in_number(job->id),
		in_number(job->position), in_number(job->user_id)), arena, DB_NONE);

	if (err == ERR_NOT_FOUND || err == ERR_RETRY) {
		return ERR_STALE;
	}
	return err == ERR_OK ? db_run(db, &job_claim,
		DB_IN(in_number(to), in_time(clock_now()), in_number(job->id))) : err;
}

static const struct statement job_note = { "job_note", DB_WEB, "uuu", "",
	"UPDATE {work} SET done = done + ?, failed = failed + ? WHERE id = ?" };

static const struct statement job_refuse = { "job_refuse", DB_WEB, "uus", "",
	"INSERT INTO {work_refused} (work_id, position, results) VALUES (?, ?, ?)" };

static const struct statement job_finish = { "job_finish", DB_WEB, "u", "",
	"UPDATE {work} SET state = 1, input = NULL WHERE id = ? AND position >= total" };

enum err store_job_note(struct db *db, const struct job *job, uint64_t done, uint64_t failed,
	const char *results)
{
	TRY(db_run(db, &job_note, DB_IN(in_number(done), in_number(failed), in_number(job->id))));
	if (results[0] != '\0') {
		TRY(db_run(db, &job_refuse, DB_IN(in_number(job->id), in_number(job->position),
			in_text(results))));
	}
	return db_run(db, &job_finish, DB_IN(in_number(job->id)));
}

static const struct statement job_undo_put = { "job_undo_put", DB_WEB, "uuuu", "",
	"INSERT INTO {work_undo} (work_id, user_id, version, changed) VALUES (?, ?, ?, ?)" };

enum { UNDO_STATUS = 1, UNDO_MASK_DATA = 2, UNDO_ADDED = 4, UNDO_REMOVED = 8 };

enum err store_job_undo_put(struct db *db, uint64_t job_id, const struct undo *undo)
{
	unsigned changed = (undo->status ? UNDO_STATUS : 0) | (undo->mask_data ? UNDO_MASK_DATA : 0) |
		(undo->added ? UNDO_ADDED : 0) | (undo->removed ? UNDO_REMOVED : 0);

	return db_run(db, &job_undo_put, DB_IN(in_number(job_id), in_number(undo->user_id),
		in_number(undo->version), in_number(changed)));
}

static const struct statement job_undo_find = { "job_undo_find", DB_WEB, "uu", "uu",
	"SELECT version, changed FROM {work_undo} WHERE work_id = ? AND user_id = ?" };

enum err store_job_undo_find(struct db *db, struct arena *arena, uint64_t job_id,
	uint64_t user_id, struct undo *undo)
{
	uint64_t version, changed;

	TRY(db_first(db, &job_undo_find, DB_IN(in_number(job_id), in_number(user_id)), arena,
		DB_INTO(into_number(&version), into_number(&changed))));
	*undo = (struct undo){
		.user_id = user_id,
		.version = version,
		.status = (changed & UNDO_STATUS) != 0,
		.mask_data = (changed & UNDO_MASK_DATA) != 0,
		.added = (changed & UNDO_ADDED) != 0,
		.removed = (changed & UNDO_REMOVED) != 0,
	};
	return ERR_OK;
}

static const struct statement job_undo_delete = { "job_undo_delete", DB_WEB, "uu", "",
	"DELETE FROM {work_undo} WHERE work_id = ? AND user_id = ?" };

enum err store_job_undo_delete(struct db *db, uint64_t job_id, uint64_t user_id)
{
	return db_run(db, &job_undo_delete, DB_IN(in_number(job_id), in_number(user_id)));
}

static const struct statement job_undo_ids = { "job_undo_ids", DB_WEB, "uu", "u",
	"SELECT user_id FROM {work_undo} WHERE work_id = ? ORDER BY user_id LIMIT ?" };

enum err store_job_undo_ids(struct db *db, struct arena *arena, const struct job *job,
	const uint64_t **ids, size_t *count)
{
	uint64_t *found = arena_array(arena, (size_t)job->total, sizeof(*found));
	struct db_rows rows;
	enum db_step step;

	*ids = found;
	*count = 0;
	TRY(db_query(db, &job_undo_ids,
		DB_IN(in_number(job->id), in_number(job->total)), arena, &rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		db_take(&rows, DB_INTO(into_number(&found[*count])));
		(*count)++;
	}
	return db_rows_end(&rows, step);
}

static const struct statement job_cancel = { "job_cancel", DB_WEB, "tuu", "",
	"UPDATE {work} SET state = 2, input = NULL, updated_at = ? "
	"WHERE id = ? AND user_id = ? AND state = 0" };

enum err store_job_cancel(struct db *db, const struct job *job)
{
	TRY(store_job_pieces_wipe(db, job, job->total));
	return db_run(db, &job_cancel, DB_IN(in_time(clock_now()), in_number(job->id),
		in_number(job->user_id)));
}

static const struct statement job_delete = { "job_delete", DB_WEB, "uu", "",
	"DELETE FROM {work} WHERE id = ? AND user_id = ? AND state <> 0" };

enum err store_job_delete(struct db *db, const struct job *job)
{
	return db_run(db, &job_delete, DB_IN(in_number(job->id), in_number(job->user_id)));
}

static const struct statement job_expire = { "job_expire", DB_WEB, "ttt", "",
	"UPDATE {work} SET state = 3, input = NULL, updated_at = ? "
	"WHERE state = 0 AND updated_at NOT BETWEEN ? AND ? LIMIT 1000" };

static const struct statement job_over = { "job_over", DB_WEB, "", "u",
	"SELECT w.id FROM {work} w WHERE w.state IN (1, 2, 3) "
	"AND EXISTS (SELECT 1 FROM {work_piece} p WHERE p.work_id = w.id) LIMIT 1" };

static const struct statement job_pieces_sweep = { "job_pieces_sweep", DB_WEB, "u", "",
	"DELETE FROM {work_piece} WHERE work_id = ?" };

/* Job by job: a statement that looked through all pieces would wait for those of a job that is
 * being gone on with, and its next step for this one. */
static enum err sweep_pieces(struct db *db, struct arena *arena)
{
	uint64_t id;
	enum err err = db_first(db, &job_over, DB_NONE, arena, DB_INTO(into_number(&id)));

	while (err == ERR_OK) {
		TRY(db_run(db, &job_pieces_sweep, DB_IN(in_number(id))));
		err = db_first(db, &job_over, DB_NONE, arena, DB_INTO(into_number(&id)));
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static const struct statement job_sweep = { "job_sweep", DB_WEB, "tt", "",
	"DELETE FROM {work} WHERE state IN (1, 2, 3) AND updated_at NOT BETWEEN ? AND ? LIMIT 1000" };

enum err store_job_sweep(struct db *db, struct arena *arena, bool *more)
{
	int64_t now = clock_now();

	TRY(db_sweep(db, &job_expire,
		DB_IN(in_time(now), in_time(now - ABANDONED_HOURS * CLOCK_HOUR),
			in_time(now + ABANDONED_HOURS * CLOCK_HOUR)), more));
	TRY(sweep_pieces(db, arena));
	return db_sweep(db, &job_sweep, DB_IN(in_time(now - KEPT_HOURS * CLOCK_HOUR),
		in_time(now + KEPT_HOURS * CLOCK_HOUR)), more);
}

const struct statement *const job_statements[] = {
	&job_insert, &job_insert_over, &job_undo_put, &job_undo_find, &job_undo_delete,
	&job_undo_ids, &job_unfinished, &job_list, &job_load, &job_refused, &job_input,
	&job_piece_put, &job_piece, &job_pieces_wipe, &job_lock, &job_claim, &job_note, &job_refuse,
	&job_finish, &job_cancel, &job_delete, &job_expire, &job_over, &job_pieces_sweep, &job_sweep,
	NULL,
};
