/* All clients that the list would show, as CSV. */
#include "api/export.h"
#include "api/handlers.h"
#include "auth/audit.h"
#include "store/client.h"
#include "view/client.h"
#include "view/csv.h"

enum { CLIENT_EXPORT_ROWS = 1000 };

static enum err client_export_put(struct export *export, struct text *piece, bool first)
{
	struct client *clients = export->listing.records;
	size_t count = export->listing.page.count;

	for (size_t i = 0; i < count; i++) {
		clients[i].manager_email = "";
	}
	TRY(!rights_have(export->call.viewer.rights, PERM_USERS_VIEW) ? ERR_OK
		: store_client_manager_emails(export->call.db, piece->arena, clients, count));
	if (first) {
		view_csv_head(piece, &export->form, client_columns);
	}
	for (size_t i = 0; i < count; i++) {
		view_csv_row(piece, &export->form, client_columns, &clients[i], NULL,
			&export->call.viewer);
	}
	return ERR_OK;
}

/* The trail tells what was exported and nothing personal: the names of the filters, not what they
 * look for. */
enum err api_clients_export(struct call *call)
{
	struct text what = text_in(call->arena);
	struct export *export;

	TRY(api_export_begin(call, &client_noun, CLIENT_EXPORT_ROWS, &export));
	text_putc(&what, '{');
	api_listing_put_filters(&what, &export->listing);
	text_puts(&what, call->viewer.masked ? ",\"masked\":true}" : ",\"masked\":false}");
	TRY(auth_audit_record(call, &(struct audit_event){
		.action = "clients.export", .target_type = "client", .after = what.bytes }));
	api_export_answer(export, VIEW_CSV_TYPE, api_export_csv_name(call->arena, "clients"),
		client_export_put);
	return ERR_OK;
}
