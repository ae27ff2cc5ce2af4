#include "store/saved_view.h"

#include "store/user.h"

/* Where the columns of a view go. */
#define SAVED_VIEW_INTO(view) into_number(&(view)->id), into_text(&(view)->list), \
	into_text(&(view)->name), into_text(&(view)->query)

static const struct statement saved_view_list = { "saved_view_list", DB_WEB, "uu", "usss",
	"SELECT id, list, name, query FROM {saved_view} WHERE user_id = ? ORDER BY list, name LIMIT "
	"?" };

enum err store_saved_view_list(struct db *db, struct arena *arena, uint64_t user_id,
	struct saved_view **views, size_t *count)
{
	struct saved_view *list = arena_array(arena, SAVED_VIEWS_MAX, sizeof(*list));
	struct db_rows rows;
	enum db_step step;

	*views = list;
	*count = 0;
	TRY(db_query(db, &saved_view_list,
		DB_IN(in_number(user_id), in_number(SAVED_VIEWS_MAX)), arena, &rows));
	while ((step = db_next(&rows)) == DB_ROW) {
		db_take(&rows, DB_INTO(SAVED_VIEW_INTO(&list[*count])));
		(*count)++;
	}
	return db_rows_end(&rows, step);
}

static const struct statement saved_view_load = { "saved_view_load", DB_WEB, "uu", "usss",
	"SELECT id, list, name, query FROM {saved_view} WHERE id = ? AND user_id = ?" };

enum err store_saved_view_load(struct db *db, struct arena *arena, uint64_t user_id, uint64_t id,
	struct saved_view *view)
{
	*view = (struct saved_view){ 0 };
	return db_first(db, &saved_view_load, DB_IN(in_number(id), in_number(user_id)), arena,
		DB_INTO(SAVED_VIEW_INTO(view)));
}

static const struct statement saved_view_insert = { "saved_view_insert", DB_WEB, "usssuu", "",
	"INSERT INTO {saved_view} (user_id, list, name, query) SELECT ?, ?, ?, ? FROM "
	"(SELECT COUNT(*) AS kept FROM {saved_view} WHERE user_id = ?) AS own WHERE own.kept < ?" };

enum err store_saved_view_insert(struct db *db, struct arena *arena, uint64_t user_id,
	struct saved_view *view)
{
	view->id = 0;
	TRY(store_user_lock(db, arena, user_id));
	TRY(db_run_or(db, &saved_view_insert, DB_IN(in_number(user_id), in_text(view->list),
		in_text(view->name), in_text(view->query), in_number(user_id),
		in_number(SAVED_VIEWS_MAX)), ERR_TOO_MANY));
	view->id = db_insert_id(db);
	return ERR_OK;
}

static const struct statement saved_view_delete = { "saved_view_delete", DB_WEB, "uu", "",
	"DELETE FROM {saved_view} WHERE id = ? AND user_id = ?" };

enum err store_saved_view_delete(struct db *db, uint64_t id, uint64_t user_id)
{
	return db_run_or(db, &saved_view_delete, DB_IN(in_number(id), in_number(user_id)),
		ERR_NOT_FOUND);
}

const struct statement *const saved_view_statements[] = {
	&saved_view_list, &saved_view_load, &saved_view_insert, &saved_view_delete, NULL,
};
