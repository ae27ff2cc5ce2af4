#include "store/saved_view.h"

enum err store_saved_view_list(struct db *db, struct arena *arena, uint64_t user_id,
	struct saved_view **views, size_t *count)
{
	struct saved_view *list = arena_array(arena, SAVED_VIEWS_MOST, sizeof(*list));
	struct db_rows rows;
	enum db_step step;
	enum err err = db_query(db, STMT_SAVED_VIEW_LIST,
		DB_IN(in_number(user_id), in_number(SAVED_VIEWS_MOST)), arena, &rows);

	*views = list;
	*count = 0;
	if (err != ERR_OK) {
		return err;
	}
	while ((step = db_next(&rows)) == DB_ROW) {
		list[(*count)++] = (struct saved_view){
			.id = rows.col[0].number,
			.list = rows.col[1].text,
			.name = rows.col[2].text,
			.query = rows.col[3].text,
		};
	}
	return db_step_err(&rows, step);
}

enum err store_saved_view_insert(struct db *db, uint64_t user_id, struct saved_view *view)
{
	enum err err = db_run(db, STMT_SAVED_VIEW_INSERT, DB_IN(in_number(user_id),
		in_text(view->list), in_text(view->name), in_text(view->query), in_number(user_id),
		in_number(SAVED_VIEWS_MOST)));

	if (err == ERR_OK && db_affected(db) == 0) {
		return ERR_TOO_MANY;
	}
	view->id = err == ERR_OK ? db_insert_id(db) : 0;
	return err;
}

enum err store_saved_view_delete(struct db *db, uint64_t id, uint64_t user_id)
{
	enum err err = db_run(db, STMT_SAVED_VIEW_DELETE, DB_IN(in_number(id), in_number(user_id)));

	return err == ERR_OK && db_affected(db) == 0 ? ERR_NOT_FOUND : err;
}
