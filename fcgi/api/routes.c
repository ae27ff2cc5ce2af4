#include "api/routes.h"

#include "api/handlers.h"
#include "base/log.h"

#define V1 "/api/v1"

const struct api_route api_routes[] = {
	{ .at = { METHOD_POST, V1 "/session" }, .perm = PERM_ANYONE, .hashes = true,
		.fields = api_session_create_fields, .run = api_session_create },
	{ .at = { METHOD_GET, V1 "/session" }, .perm = PERM_SIGNED_IN, .run = api_session_read },
	{ .at = { METHOD_DELETE, V1 "/session" }, .perm = PERM_SIGNED_IN, .run = api_session_end },
	{ .at = { METHOD_POST, V1 "/session/code" }, .perm = PERM_ANYONE,
		.fields = api_session_code_fields, .run = api_session_code },
	{ .at = { METHOD_POST, V1 "/session/code/resend" }, .perm = PERM_ANYONE,
		.run = api_session_resend },
	{ .at = { METHOD_POST, V1 "/session/password" }, .perm = PERM_ANYONE, .hashes = true,
		.fields = api_session_password_fields, .run = api_session_password },
	{ .at = { METHOD_POST, V1 "/session/totp" }, .perm = PERM_ANYONE,
		.run = api_session_totp_begin },
	{ .at = { METHOD_PUT, V1 "/session/totp" }, .perm = PERM_ANYONE,
		.fields = api_session_code_fields, .run = api_session_totp_confirm },

	{ .at = { METHOD_PUT, V1 "/profile/password" }, .perm = PERM_SIGNED_IN, .hashes = true,
		.fields = api_profile_password_fields, .run = api_profile_password },
	{ .at = { METHOD_PUT, V1 "/profile/language" }, .perm = PERM_SIGNED_IN,
		.fields = api_profile_language_fields, .run = api_profile_language },
	{ .at = { METHOD_GET, V1 "/profile/totp" }, .perm = PERM_SIGNED_IN,
		.run = api_profile_totp_read },
	{ .at = { METHOD_POST, V1 "/profile/totp" }, .perm = PERM_SIGNED_IN, .hashes = true,
		.fields = api_profile_totp_begin_fields, .run = api_profile_totp_begin },
	{ .at = { METHOD_PUT, V1 "/profile/totp" }, .perm = PERM_SIGNED_IN,
		.fields = api_profile_code_fields, .run = api_profile_totp_confirm },
	{ .at = { METHOD_DELETE, V1 "/profile/totp" }, .perm = PERM_SIGNED_IN,
		.fields = api_profile_code_fields, .run = api_profile_totp_end },
	{ .at = { METHOD_POST, V1 "/profile/recovery-codes" }, .perm = PERM_SIGNED_IN,
		.fields = api_profile_code_fields, .run = api_profile_recovery_codes },
	{ .at = { METHOD_GET, V1 "/profile/sessions" }, .perm = PERM_SIGNED_IN,
		.run = api_profile_sessions },
	{ .at = { METHOD_DELETE, V1 "/profile/sessions" }, .perm = PERM_SIGNED_IN,
		.run = api_profile_sessions_end },
	{ .at = { METHOD_DELETE, V1 "/profile/sessions/{id}" }, .perm = PERM_SIGNED_IN,
		.run = api_profile_session_end },

	{ .at = { METHOD_GET, V1 "/users" }, .perm = PERM_USERS_VIEW, .run = api_users_list },
	{ .at = { METHOD_POST, V1 "/users" }, .perm = PERM_USERS_CREATE, .hashes = true,
		.fields = api_user_create_fields, .run = api_user_create },
	{ .at = { METHOD_GET, V1 "/users/{id}" }, .perm = PERM_USERS_VIEW, .run = api_users_read },
	{ .at = { METHOD_PATCH, V1 "/users/{id}" }, .perm = PERM_USERS_UPDATE,
		.fields = api_user_update_fields, .run = api_user_update },
	{ .at = { METHOD_DELETE, V1 "/users/{id}" }, .perm = PERM_USERS_DELETE,
		.run = api_user_delete },
	{ .at = { METHOD_GET, V1 "/users/{id}/rights" }, .perm = PERM_USERS_VIEW,
		.run = api_user_rights },
	{ .at = { METHOD_POST, V1 "/users/{id}/unlock" }, .perm = PERM_USERS_UPDATE,
		.run = api_user_unlock },
	{ .at = { METHOD_GET, V1 "/users/export.csv" }, .perm = PERM_USERS_VIEW,
		.run = api_users_export },
	{ .at = { METHOD_POST, V1 "/users/bulk" }, .perm = PERM_USERS_UPDATE,
		.fields = api_users_bulk_fields, .run = api_users_bulk },
	{ .at = { METHOD_POST, V1 "/users/{id}/credentials" }, .perm = PERM_USERS_UPDATE,
		.hashes = true, .fields = api_user_credentials_fields, .run = api_user_credentials },

	{ .at = { METHOD_GET, V1 "/groups" }, .perm = PERM_GROUPS_VIEW, .run = api_groups_list },
	{ .at = { METHOD_POST, V1 "/groups" }, .perm = PERM_GROUPS_CREATE,
		.fields = api_group_create_fields, .run = api_group_create },
	{ .at = { METHOD_GET, V1 "/groups/export.json" }, .perm = PERM_GROUPS_VIEW,
		.run = api_groups_export },
	{ .at = { METHOD_POST, V1 "/groups/import" }, .perm = PERM_GROUPS_CREATE,
		.fields = api_group_import_fields, .run = api_groups_import },
	{ .at = { METHOD_GET, V1 "/groups/{id}" }, .perm = PERM_GROUPS_VIEW, .run = api_groups_read },
	{ .at = { METHOD_PATCH, V1 "/groups/{id}" }, .perm = PERM_GROUPS_UPDATE,
		.fields = api_group_update_fields, .run = api_group_update },
	{ .at = { METHOD_DELETE, V1 "/groups/{id}" }, .perm = PERM_GROUPS_DELETE,
		.run = api_group_delete },
	{ .at = { METHOD_GET, V1 "/groups/{id}/users" }, .perm = PERM_GROUPS_VIEW,
		.run = api_groups_members },
	{ .at = { METHOD_GET, V1 "/permissions" }, .perm = PERM_GROUPS_VIEW,
		.run = api_permissions_list },

	{ .at = { METHOD_GET, V1 "/clients" }, .perm = PERM_CLIENTS_VIEW, .run = api_clients_list },
	{ .at = { METHOD_POST, V1 "/clients" }, .perm = PERM_CLIENTS_CREATE,
		.fields = api_client_create_fields, .run = api_client_create },
	{ .at = { METHOD_GET, V1 "/clients/export.csv" }, .perm = PERM_CLIENTS_VIEW,
		.run = api_clients_export },
	{ .at = { METHOD_POST, V1 "/clients/import" }, .perm = PERM_CLIENTS_CREATE, .csv = true,
		.run = api_clients_import },
	{ .at = { METHOD_POST, V1 "/clients/lookup" }, .perm = PERM_CLIENTS_VIEW,
		.fields = api_client_lookup_fields, .run = api_client_lookup },
	{ .at = { METHOD_GET, V1 "/clients/{id}" }, .perm = PERM_CLIENTS_VIEW,
		.run = api_clients_read },
	{ .at = { METHOD_PATCH, V1 "/clients/{id}" }, .perm = PERM_CLIENTS_UPDATE,
		.fields = api_client_update_fields, .run = api_client_update },
	{ .at = { METHOD_DELETE, V1 "/clients/{id}" }, .perm = PERM_CLIENTS_DELETE,
		.run = api_client_delete },

	{ .at = { METHOD_GET, V1 "/sessions" }, .perm = PERM_SESSIONS_VIEW,
		.run = api_sessions_list },
	{ .at = { METHOD_DELETE, V1 "/sessions/{id}" }, .perm = PERM_SESSIONS_DELETE,
		.run = api_sessions_end },
	{ .at = { METHOD_GET, V1 "/users/{id}/sessions" }, .perm = PERM_SESSIONS_VIEW,
		.run = api_user_sessions_list },
	{ .at = { METHOD_DELETE, V1 "/users/{id}/sessions" }, .perm = PERM_SESSIONS_DELETE,
		.run = api_user_sessions_end_all },
	{ .at = { METHOD_GET, V1 "/users/{id}/sessions/{sid}" }, .perm = PERM_SESSIONS_VIEW,
		.run = api_user_sessions_read },
	{ .at = { METHOD_DELETE, V1 "/users/{id}/sessions/{sid}" }, .perm = PERM_SESSIONS_DELETE,
		.run = api_user_sessions_end },

	{ .at = { METHOD_GET, V1 "/audit" }, .perm = PERM_AUDIT_VIEW, .run = api_audit_list },
	{ .at = { METHOD_GET, V1 "/audit/{id}" }, .perm = PERM_AUDIT_VIEW, .run = api_audit_read },
	{ .at = { METHOD_GET, V1 "/audit/export.jsonl" }, .perm = PERM_AUDIT_VIEW,
		.run = api_audit_export },
	{ .at = { METHOD_GET, V1 "/mail" }, .perm = PERM_MAIL_VIEW, .run = api_mail_list },
	{ .at = { METHOD_POST, V1 "/mail/test" }, .perm = PERM_MAIL_CREATE,
		.fields = api_mail_test_fields, .run = api_mail_test },
	{ .at = { METHOD_GET, V1 "/mail/preview" }, .perm = PERM_MAIL_VIEW,
		.run = api_mail_preview },
	{ .at = { METHOD_GET, V1 "/mail/preview.html" }, .perm = PERM_MAIL_VIEW,
		.run = api_mail_preview_page },
	{ .at = { METHOD_GET, V1 "/mail/{id}" }, .perm = PERM_MAIL_VIEW, .run = api_mail_read },
	{ .at = { METHOD_DELETE, V1 "/mail/{id}" }, .perm = PERM_MAIL_DELETE,
		.run = api_mail_delete },
	{ .at = { METHOD_POST, V1 "/mail/{id}/resend" }, .perm = PERM_MAIL_UPDATE, .hashes = true,
		.run = api_mail_resend },

	{ .at = { METHOD_GET, V1 "/health" }, .perm = PERM_HOST, .run = api_health },
};

const size_t api_routes_count = sizeof(api_routes) / sizeof(api_routes[0]);

enum err api_routes_check(void)
{
	for (size_t i = 0; i < api_routes_count; i++) {
		const struct api_route *route = &api_routes[i];

		if (route->at.path == NULL || route->at.method == METHOD_OTHER ||
		    route->perm == PERM_UNSET || route->run == NULL) {
			log_event(LOG_ERROR, "routes", "row=%zu path=%s permission=%s", i,
				route->at.path == NULL ? "" : route->at.path, perm_name(route->perm));
			return ERR_BUG;
		}
	}
	return ERR_OK;
}

void api_routes_print(FILE *out)
{
	for (size_t i = 0; i < api_routes_count; i++) {
		const struct api_route *route = &api_routes[i];

		fprintf(out, "%-6s %-28s %s\n", method_name(route->at.method), route->at.path,
			perm_name(route->perm));
	}
}
