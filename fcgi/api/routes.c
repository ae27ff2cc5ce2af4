#include "api/routes.h"

#include "api/export.h"
#include "api/handlers.h"
#include "base/log.h"
#include "store/audit.h"
#include "store/client.h"
#include "view/audit.h"
#include "view/client.h"
#include "view/csv.h"
#include "view/exposition.h"
#include "view/group.h"
#include "view/import.h"
#include "view/mail.h"
#include "view/saved_view.h"
#include "view/session.h"
#include "view/site.h"
#include "view/totp.h"
#include "view/user.h"
#include "view/job.h"

#include <string.h>

#define V1 API_BASE

/* What a row answers: routes.h. */
#define NOTHING { .kind = ANSWER_NONE, .status = 204 }
#define RECORD(what, table) { .kind = ANSWER_RECORD, .status = 200, .name = what, .view = table }
#define CREATED(what, table, place) { .kind = ANSWER_RECORD, .status = 201, .name = what, \
	.view = table, .collection = place }
#define ACCEPTED(what, table, place) { .kind = ANSWER_RECORD, .status = 202, .name = what, \
	.view = table, .collection = place }
#define ITEMS(what, table) { .kind = ANSWER_ITEMS, .status = 200, .name = what, .view = table }
#define LIST(what, table) { .kind = ANSWER_LIST, .status = 200, .name = what, .view = table }
#define A_FILE(media_type) { .kind = ANSWER_FILE, .status = 200, .type = media_type }
#define CSV A_FILE(VIEW_CSV_TYPE)

const struct api_route api_routes[] = {
	{ .at = { METHOD_POST, V1 "/session" }, .perm = PERM_ANYONE,
		.summary = "Sign in with email and password",
		.hashes = true, .fields = api_session_create_fields,
		.answer = RECORD("SignIn", view_sign_in), .answer_with = api_session_create },
	{ .at = { METHOD_GET, V1 "/session" }, .perm = PERM_SIGNED_IN,
		.summary = "Who am I, what may I do, what have I kept, what does this installation offer",
		.answer = RECORD("Session", view_me), .answer_with = api_session_read },
	{ .at = { METHOD_DELETE, V1 "/session" }, .perm = PERM_SIGNED_IN,
		.summary = "Sign out",
		.answer = NOTHING,
		.allow = api_session_end_allow, .change = api_session_end },
	{ .at = { METHOD_POST, V1 "/session/code" }, .perm = PERM_ANYONE,
		.summary = "The second step of signing in: a mailed code, an app's or a recovery code",
		.fields = api_session_code_fields,
		.answer = RECORD("SignIn", view_sign_in),
		.allow = api_session_allow_code, .answer_with = api_session_code },
	{ .at = { METHOD_POST, V1 "/session/code/resend" }, .perm = PERM_ANYONE,
		.summary = "Mail another code",
		.answer = RECORD("SignIn", view_sign_in),
		.allow = api_session_allow_code, .answer_with = api_session_resend },
	{ .at = { METHOD_POST, V1 "/session/password" }, .perm = PERM_ANYONE,
		.summary = "Choose the new password that a sign-in demands",
		.hashes = true, .fields = api_session_password_fields,
		.answer = RECORD("SignIn", view_sign_in),
		.allow = api_session_allow_password, .answer_with = api_session_password },
	{ .at = { METHOD_POST, V1 "/session/totp" }, .perm = PERM_ANYONE,
		.summary = "Begin to enrol the app that a sign-in demands",
		.answer = RECORD("TotpEnrolment", view_totp_enrolment),
		.allow = api_session_allow_enrolment, .answer_with = api_session_totp_begin },
	{ .at = { METHOD_PUT, V1 "/session/totp" }, .perm = PERM_ANYONE,
		.summary = "Confirm that app with a code of it",
		.fields = api_session_code_fields,
		.answer = RECORD("SignIn", view_sign_in),
		.allow = api_session_allow_enrolment, .answer_with = api_session_totp_confirm },
	{ .at = { METHOD_POST, V1 "/session/link" }, .perm = PERM_ANYONE,
		.summary = "Is a one-time link still good, and what must its password be",
		.fields = api_session_link_fields,
		.answer = RECORD("LinkPolicy", view_link_policy), .answer_with = api_session_link },
	{ .at = { METHOD_POST, V1 "/session/link/password" }, .perm = PERM_ANYONE,
		.summary = "Choose a password by a one-time link, which is then used up",
		.hashes = true, .fields = api_session_link_password_fields,
		.answer = NOTHING, .answer_with = api_session_link_password },
	{ .at = { METHOD_POST, V1 "/session/forgotten" }, .perm = PERM_ANYONE,
		.summary = "Mail a one-time link to whoever has this address; the answer never tells",
		.fields = api_session_forgotten_fields,
		.answer = NOTHING, .answer_with = api_session_forgotten },
	{ .at = { METHOD_GET, V1 "/session/proof" }, .perm = PERM_SIGNED_IN,
		.summary = "Does the last proof still count: 204, or step_up_required",
		.step_up = true,
		.answer = NOTHING, .answer_with = api_session_step_up_read },
	{ .at = { METHOD_POST, V1 "/session/proof" }, .perm = PERM_SIGNED_IN,
		.summary = "Prove by password, or by a code of one's app, that it is still oneself",
		.hashes = true, .fields = api_session_step_up_fields,
		.answer = NOTHING,
		.allow = api_session_step_up_allow, .change = api_session_step_up,
		.answer_with = api_session_step_up_answer },

	{ .at = { METHOD_PUT, V1 "/profile/password" }, .perm = PERM_SIGNED_IN,
		.summary = "Change one's own password",
		.hashes = true, .fields = api_profile_password_fields,
		.answer = NOTHING,
		.allow = api_profile_password_allow, .check = api_profile_password_check,
		.change = api_profile_password, .answer_with = api_profile_password_answer },
	{ .at = { METHOD_PUT, V1 "/profile/language" }, .perm = PERM_SIGNED_IN,
		.summary = "Choose one's own language",
		.fields = api_profile_language_fields,
		.answer = NOTHING,
		.change = api_profile_language },
	{ .at = { METHOD_GET, V1 "/profile/totp" }, .perm = PERM_SIGNED_IN,
		.summary = "How one's own second factor stands",
		.answer = RECORD("TotpState", view_totp_state), .answer_with = api_profile_totp_read },
	{ .at = { METHOD_POST, V1 "/profile/totp" }, .perm = PERM_SIGNED_IN,
		.summary = "Begin to enrol an authenticator app",
		.hashes = true, .fields = api_profile_totp_begin_fields,
		.answer = RECORD("TotpEnrolment", view_totp_enrolment),
		.allow = api_profile_totp_begin_allow, .change = api_profile_totp_begin,
		.answer_with = api_profile_totp_answer_begun },
	{ .at = { METHOD_PUT, V1 "/profile/totp" }, .perm = PERM_SIGNED_IN,
		.summary = "Confirm the app with a code of it",
		.fields = api_profile_code_fields,
		.answer = RECORD("RecoveryCodes", view_recovery_codes),
		.change = api_profile_totp_confirm, .answer_with = api_profile_answer_codes },
	{ .at = { METHOD_DELETE, V1 "/profile/totp" }, .perm = PERM_SIGNED_IN,
		.summary = "Go back to codes by mail",
		.fields = api_profile_code_fields,
		.answer = NOTHING,
		.allow = api_profile_totp_end_allow, .change = api_profile_totp_end,
		.answer_with = api_profile_totp_answer_ended },
	{ .at = { METHOD_POST, V1 "/profile/recovery-codes" }, .perm = PERM_SIGNED_IN,
		.summary = "Fresh recovery codes; the old ones are void",
		.fields = api_profile_code_fields,
		.answer = RECORD("RecoveryCodes", view_recovery_codes),
		.allow = api_profile_code_allow, .change = api_profile_recovery_codes,
		.answer_with = api_profile_answer_codes },
	{ .at = { METHOD_GET, V1 "/profile/sessions" }, .perm = PERM_SIGNED_IN,
		.summary = "Where one is signed in",
		.answer = LIST("OwnSession", view_own_session), .answer_with = api_profile_sessions },
	{ .at = { METHOD_DELETE, V1 "/profile/sessions" }, .perm = PERM_SIGNED_IN,
		.summary = "End all of one's sessions but this one",
		.step_up = true,
		.answer = NOTHING,
		.change = api_profile_sessions_end },
	{ .at = { METHOD_DELETE, V1 "/profile/sessions/{id}" }, .perm = PERM_SIGNED_IN,
		.summary = "End one of one's sessions",
		.step_up = true,
		.answer = NOTHING,
		.change = api_profile_session_end, .answer_with = api_profile_session_answer_ended },
	{ .at = { METHOD_GET, V1 "/profile/views" }, .perm = PERM_SIGNED_IN,
		.summary = "List one's saved views of lists",
		.answer = LIST("SavedView", view_saved_view), .answer_with = api_saved_views_list },
	{ .at = { METHOD_POST, V1 "/profile/views" }, .perm = PERM_SIGNED_IN,
		.summary = "Save a view of a list under a name",
		.idempotent = true, .fields = api_saved_view_fields,
		.answer = CREATED("SavedView", view_saved_view, "profile/views"),
		.change = api_saved_view_create, .answer_with = api_saved_view_answer_created },
	{ .at = { METHOD_GET, V1 "/profile/views/{id}" }, .perm = PERM_SIGNED_IN,
		.summary = "Read a saved view of one's own",
		.answer = RECORD("SavedView", view_saved_view), .answer_with = api_saved_view_read },
	{ .at = { METHOD_DELETE, V1 "/profile/views/{id}" }, .perm = PERM_SIGNED_IN,
		.summary = "Delete a saved view of one's own",
		.answer = NOTHING,
		.change = api_saved_view_delete },

	{ .at = { METHOD_GET, V1 "/users" }, .perm = PERM_USERS_VIEW,
		.summary = "List users",
		.query = &user_noun.list,
		.answer = LIST("UserWhole", view_user_whole), .answer_with = api_users_list },
	{ .at = { METHOD_POST, V1 "/users" }, .perm = PERM_USERS_CREATE,
		.summary = "Create a user",
		.step_up = true, .guard = GUARD_USE, .hashes = true, .idempotent = true, .mails = true,
		.fields = api_user_create_fields,
		.answer = CREATED("UserGiven", view_user_given, "users"),
		.check = api_user_create_check, .change = api_user_create,
		.answer_with = api_user_answer_created },
	{ .at = { METHOD_GET, V1 "/users/{id}" }, .perm = PERM_USERS_VIEW,
		.summary = "Read a user",
		.answer = RECORD("UserWhole", view_user_whole), .answer_with = api_users_read },
	{ .at = { METHOD_PATCH, V1 "/users/{id}" }, .perm = PERM_USERS_UPDATE,
		.summary = "Edit a user",
		.guard = GUARD_CHANGE, .fields = api_user_update_fields,
		.answer = RECORD("UserChanged", view_user_changed),
		.allow = api_user_update_allow, .check = api_user_update_check, .change = api_user_update,
		.answer_with = api_user_answer_changed },
	{ .at = { METHOD_DELETE, V1 "/users/{id}" }, .perm = PERM_USERS_DELETE,
		.summary = "Delete a user",
		.step_up = true, .guard = GUARD_CHANGE,
		.answer = NOTHING,
		.change = api_user_delete },
	{ .at = { METHOD_GET, V1 "/users/{id}/rights" }, .perm = PERM_USERS_VIEW,
		.summary = "Each permission with the groups that grant it to a user",
		.answer = ITEMS("UserRight", view_user_right), .answer_with = api_user_rights },
	{ .at = { METHOD_POST, V1 "/users/{id}/unlock" }, .perm = PERM_USERS_UPDATE,
		.summary = "End a user's sign-in delay",
		.guard = GUARD_USE,
		.answer = RECORD("User", view_user),
		.change = api_user_unlock, .answer_with = api_user_answer_unlocked },
	{ .at = { METHOD_GET, V1 "/users/export.csv" }, .perm = PERM_USERS_VIEW,
		.summary = "Export users as CSV, as filtered and sorted",
		.step_up = true, .query = &user_noun.list, .also = api_users_csv_also,
		.answer = CSV, .answer_with = api_users_export },
	{ .at = { METHOD_POST, V1 "/users/import" }, .perm = PERM_USERS_CREATE,
		.summary = "Import users from CSV; refused rows come back with reasons",
		.step_up = true, .csv = true, .later = true, .idempotent = true, .query = &api_import_query,
		.answer = RECORD("Imported", view_imported),
		.allow = api_users_import_allow, .check = api_import_check, .change = api_import,
		.answer_with = api_import_answer },
	{ .at = { METHOD_POST, V1 "/users/bulk" }, .perm = PERM_USERS_UPDATE,
		.summary = "One change for many users, with a result for each",
		.step_up = true, .later = true, .idempotent = true, .fields = api_users_bulk_fields,
		.answer = RECORD("UserBulk", view_user_bulk),
		.allow = api_users_bulk_allow, .check = api_users_bulk_check, .change = api_users_bulk,
		.answer_with = api_users_answer_bulk },
	{ .at = { METHOD_POST, V1 "/users/{id}/credentials" }, .perm = PERM_USERS_UPDATE,
		.summary = "Give a user a new password or a link; the old one and all sessions end",
		.step_up = true, .guard = GUARD_USE, .hashes = true, .idempotent = true, .mails = true,
		.fields = api_user_credentials_fields,
		.answer = RECORD("UserGiven", view_user_given),
		.allow = api_user_credentials_allow, .check = api_user_credentials_check,
		.change = api_user_credentials, .answer_with = api_user_answer_credentials },

	{ .at = { METHOD_GET, V1 "/groups" }, .perm = PERM_GROUPS_VIEW,
		.summary = "List groups",
		.query = &group_noun.list,
		.answer = LIST("Group", view_group), .answer_with = api_groups_list },
	{ .at = { METHOD_POST, V1 "/groups" }, .perm = PERM_GROUPS_CREATE,
		.summary = "Create a group",
		.step_up = true, .guard = GUARD_CHANGE, .idempotent = true,
		.fields = api_group_create_fields,
		.answer = CREATED("Group", view_group, "groups"),
		.check = api_group_check, .change = api_group_create,
		.answer_with = api_group_answer_created },
	{ .at = { METHOD_GET, V1 "/groups/export.json" }, .perm = PERM_GROUPS_VIEW,
		.summary = "Export groups for another installation",
		.step_up = true,
		.answer = RECORD("GroupFile", view_group_file), .answer_with = api_groups_export },
	{ .at = { METHOD_POST, V1 "/groups/import" }, .perm = PERM_GROUPS_CREATE,
		.summary = "Import groups: all of the file or none",
		.step_up = true, .guard = GUARD_CHANGE, .idempotent = true,
		.fields = api_group_import_fields,
		.query = &api_group_import_query,
		.answer = ITEMS("GroupImported", view_group_imported),
		.allow = api_groups_import_allow, .check = api_groups_import_check,
		.change = api_groups_import, .answer_with = api_groups_answer_imported },
	{ .at = { METHOD_GET, V1 "/groups/{id}" }, .perm = PERM_GROUPS_VIEW,
		.summary = "Read a group",
		.answer = RECORD("Group", view_group), .answer_with = api_groups_read },
	{ .at = { METHOD_PATCH, V1 "/groups/{id}" }, .perm = PERM_GROUPS_UPDATE,
		.summary = "Edit a group",
		.step_up = true, .guard = GUARD_CHANGE, .fields = api_group_update_fields,
		.answer = RECORD("Group", view_group),
		.check = api_group_check, .change = api_group_update,
		.answer_with = api_group_answer_changed },
	{ .at = { METHOD_DELETE, V1 "/groups/{id}" }, .perm = PERM_GROUPS_DELETE,
		.summary = "Delete a group without members",
		.step_up = true, .guard = GUARD_CHANGE,
		.answer = NOTHING,
		.change = api_group_delete },
	{ .at = { METHOD_GET, V1 "/groups/{id}/users" }, .perm = PERM_GROUPS_VIEW,
		.summary = "List the members of a group; takes users.view too",
		.query = &user_noun.list,
		.answer = LIST("UserWhole", view_user_whole), .answer_with = api_groups_members },
	{ .at = { METHOD_GET, V1 "/permissions" }, .perm = PERM_GROUPS_VIEW,
		.summary = "The catalogue of permissions",
		.answer = ITEMS("Permission", view_permission), .answer_with = api_permissions_list },

	{ .at = { METHOD_GET, V1 "/clients" }, .perm = PERM_CLIENTS_VIEW,
		.summary = "List clients",
		.query = &client_noun.list,
		.answer = LIST("Client", view_client), .answer_with = api_clients_list },
	{ .at = { METHOD_POST, V1 "/clients" }, .perm = PERM_CLIENTS_CREATE,
		.summary = "Create a client",
		.idempotent = true, .fields = api_client_create_fields,
		.answer = CREATED("Client", view_client, "clients"),
		.check = api_client_create_check, .change = api_client_create,
		.answer_with = api_client_answer_created },
	{ .at = { METHOD_GET, V1 "/clients/export.csv" }, .perm = PERM_CLIENTS_VIEW,
		.summary = "Export clients as CSV, as filtered and sorted",
		.step_up = true, .query = &client_noun.list, .also = api_csv_also,
		.answer = CSV, .answer_with = api_clients_export },
	{ .at = { METHOD_POST, V1 "/clients/import" }, .perm = PERM_CLIENTS_CREATE,
		.summary = "Import clients from CSV; refused rows come back with reasons",
		.csv = true, .later = true, .idempotent = true, .query = &api_import_query,
		.answer = RECORD("Imported", view_imported),
		.allow = api_clients_import_allow, .check = api_import_check, .change = api_import,
		.answer_with = api_import_answer },
	{ .at = { METHOD_POST, V1 "/clients/lookup" }, .perm = PERM_CLIENTS_VIEW,
		.summary = "Find a client by the whole email address or phone number",
		.fields = api_client_lookup_fields,
		.answer = RECORD("Client", view_client), .answer_with = api_client_lookup },
	{ .at = { METHOD_GET, V1 "/clients/{id}" }, .perm = PERM_CLIENTS_VIEW,
		.summary = "Read a client",
		.answer = RECORD("Client", view_client), .answer_with = api_clients_read },
	{ .at = { METHOD_PATCH, V1 "/clients/{id}" }, .perm = PERM_CLIENTS_UPDATE,
		.summary = "Edit a client",
		.fields = api_client_update_fields,
		.answer = RECORD("Client", view_client),
		.check = api_client_update_check, .change = api_client_update,
		.answer_with = api_clients_read },
	{ .at = { METHOD_DELETE, V1 "/clients/{id}" }, .perm = PERM_CLIENTS_DELETE,
		.summary = "Delete a client",
		.step_up = true,
		.answer = NOTHING,
		.change = api_client_delete },

	{ .at = { METHOD_GET, V1 "/sessions" }, .perm = PERM_SESSIONS_VIEW,
		.summary = "List live sessions",
		.query = &session_noun.list,
		.answer = LIST("LiveSession", view_session_entry), .answer_with = api_sessions_list },
	{ .at = { METHOD_DELETE, V1 "/sessions/{id}" }, .perm = PERM_SESSIONS_DELETE,
		.summary = "End a session",
		.step_up = true, .guard = GUARD_USE,
		.answer = NOTHING,
		.change = api_sessions_end, .answer_with = api_sessions_answer_ended },
	{ .at = { METHOD_GET, V1 "/users/{id}/sessions" }, .perm = PERM_SESSIONS_VIEW,
		.summary = "List a user's live sessions",
		.query = &session_noun.list,
		.answer = LIST("LiveSession", view_session_entry), .answer_with = api_user_sessions_list },
	{ .at = { METHOD_DELETE, V1 "/users/{id}/sessions" }, .perm = PERM_SESSIONS_DELETE,
		.summary = "End all of a user's sessions",
		.step_up = true, .guard = GUARD_USE,
		.answer = NOTHING,
		.change = api_user_sessions_end_all, .answer_with = api_sessions_answer_ended },
	{ .at = { METHOD_GET, V1 "/users/{id}/sessions/{sid}" }, .perm = PERM_SESSIONS_VIEW,
		.summary = "Read a session of a user",
		.answer = RECORD("LiveSession", view_session_entry),
		.answer_with = api_user_sessions_read },
	{ .at = { METHOD_DELETE, V1 "/users/{id}/sessions/{sid}" }, .perm = PERM_SESSIONS_DELETE,
		.summary = "End a session of a user",
		.step_up = true, .guard = GUARD_USE,
		.answer = NOTHING,
		.change = api_user_sessions_end, .answer_with = api_sessions_answer_ended },

	{ .at = { METHOD_GET, V1 "/audit" }, .perm = PERM_AUDIT_VIEW,
		.summary = "List the audit trail",
		.query = &audit_noun.list,
		.answer = LIST("AuditEntry", view_audit), .answer_with = api_audit_list },
	{ .at = { METHOD_GET, V1 "/audit/{id}" }, .perm = PERM_AUDIT_VIEW,
		.summary = "Read a row of the audit trail",
		.answer = RECORD("AuditEntry", view_audit), .answer_with = api_audit_read },
	{ .at = { METHOD_GET, V1 "/audit/export.jsonl" }, .perm = PERM_AUDIT_VIEW,
		.summary = "Export the audit trail as JSON Lines, as filtered",
		.step_up = true, .query = &audit_noun.list,
		.answer = A_FILE("application/jsonl"), .answer_with = api_audit_export },
	{ .at = { METHOD_GET, V1 "/audit/export.csv" }, .perm = PERM_AUDIT_VIEW,
		.summary = "Export the audit trail as CSV, as filtered",
		.step_up = true, .query = &audit_noun.list, .also = api_csv_also,
		.answer = CSV, .answer_with = api_audit_export_csv },
	{ .at = { METHOD_GET, V1 "/mail" }, .perm = PERM_MAIL_VIEW,
		.summary = "List what became of letters",
		.query = &mail_noun.list,
		.answer = LIST("Letter", view_mail), .answer_with = api_mail_list },
	{ .at = { METHOD_POST, V1 "/mail/test" }, .perm = PERM_MAIL_CREATE,
		.summary = "Send a test letter",
		.idempotent = true, .mails = true, .fields = api_mail_test_fields,
		.answer = ACCEPTED("Letter", view_mail, "mail"),
		.check = api_mail_test_check, .change = api_mail_test,
		.answer_with = api_mail_answer_sent },
	{ .at = { METHOD_GET, V1 "/mail/preview" }, .perm = PERM_MAIL_VIEW,
		.summary = "Look at a kind of letter in a language, with invented values",
		.query = &api_mail_preview_query,
		.answer = RECORD("LetterPreview", view_letter_preview), .answer_with = api_mail_preview },
	{ .at = { METHOD_GET, V1 "/mail/preview.html" }, .perm = PERM_MAIL_VIEW,
		.summary = "Look at its HTML part, as a document that can do nothing",
		.query = &api_mail_preview_query,
		.answer = A_FILE(REPLY_DOCUMENT_TYPE), .answer_with = api_mail_preview_page },
	{ .at = { METHOD_GET, V1 "/mail/{id}" }, .perm = PERM_MAIL_VIEW,
		.summary = "Read what became of a letter",
		.answer = RECORD("Letter", view_mail), .answer_with = api_mail_read },
	{ .at = { METHOD_DELETE, V1 "/mail/{id}" }, .perm = PERM_MAIL_DELETE,
		.summary = "Cancel a letter that has not been sent",
		.guard = GUARD_USE,
		.answer = NOTHING,
		.change = api_mail_delete },
	{ .at = { METHOD_POST, V1 "/mail/{id}/resend" }, .perm = PERM_MAIL_UPDATE,
		.summary = "Send credentials again with a fresh password",
		.step_up = true, .guard = GUARD_USE, .hashes = true, .idempotent = true, .mails = true,
		.answer = ACCEPTED("Letter", view_mail, "mail"),
		.check = api_mail_resend_check, .change = api_mail_resend,
		.answer_with = api_mail_answer_sent },

	{ .at = { METHOD_GET, V1 "/jobs" }, .perm = PERM_SIGNED_IN,
		.summary = "List one's own jobs that are under way or over lately",
		.answer = ITEMS("Job", view_job), .answer_with = api_jobs },
	{ .at = { METHOD_GET, V1 "/jobs/{id}" }, .perm = PERM_SIGNED_IN,
		.summary = "Read a job, with the rows that were refused",
		.answer = RECORD("JobWhole", view_job_whole), .answer_with = api_job_read },
	{ .at = { METHOD_DELETE, V1 "/jobs/{id}" }, .perm = PERM_SIGNED_IN,
		.summary = "Cancel a job that is under way, or remove one that is over",
		.answer = NOTHING,
		.change = api_job_end },
	{ .at = { METHOD_POST, V1 "/jobs/{id}/step" }, .perm = PERM_SIGNED_IN,
		.summary = "Deal with the next rows of a job, by the rights of the moment",
		.answer = RECORD("JobStep", view_job_stepped), .answer_with = api_job_step },
	{ .at = { METHOD_POST, V1 "/jobs/{id}/undo" }, .perm = PERM_SIGNED_IN,
		.summary = "Take back one's change of many users, but for those changed since",
		.step_up = true, .later = true, .idempotent = true,
		.answer = RECORD("UserBulk", view_user_bulk),
		.allow = api_job_undo_allow, .check = api_job_undo_check, .change = api_job_undo,
		.answer_with = api_job_answer_undone },

	{ .at = { METHOD_GET, V1 "/site" }, .perm = PERM_ANYONE,
		.summary = "What this installation is called, and whom to ask",
		.answer = RECORD("Site", view_site), .answer_with = api_site },
	{ .at = { METHOD_GET, V1 "/health" }, .perm = PERM_HOST,
		.summary = "Is the program well, and its database",
		.answer = RECORD("Health", api_health_view), .answer_with = api_health },

	{ .at = { METHOD_GET, V1 "/metrics" }, .perm = PERM_HOST,
		.summary = "Counters and times of this process, for Prometheus",
		.answer = A_FILE(EXPOSITION_TYPE), .answer_with = api_metrics },
	{ .at = { METHOD_GET, V1 "/openapi.json" }, .perm = PERM_ANYONE,
		.summary = "This document",
		.answer = A_FILE("application/json"), .answer_with = api_openapi },
};

const size_t api_routes_count = sizeof(api_routes) / sizeof(api_routes[0]);
struct meter_times api_routes_times[sizeof(api_routes) / sizeof(api_routes[0])];

/* Names what the row of a route has to say and does not; NULL: it is whole. */
static const char *route_missing_member(const struct api_route *route)
{
	const struct {
		bool missing;
		const char *member;
	} members[] = {
		{ route->at.path == NULL, "path" },
		{ route->at.method == METHOD_OTHER, "method" },
		{ route->perm == PERM_UNSET, "permission" },
		{ route->summary == NULL, "summary" },
		{ route->answer.kind == ANSWER_UNSET, "answer" },
		{ route->change == NULL && route->answer_with == NULL, "handler" },
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (members[i].missing) {
			return members[i].member;
		}
	}
	return NULL;
}

enum err api_routes_check(const struct api_route *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct route *at = &rows[i].at;
		const char *member = route_missing_member(&rows[i]);

		if (member != NULL) {
			log_event(LOG_ERROR, "routes",
				"row=%zu words=the row of %s %s in api/routes.c has no %s", i,
				method_name(at->method), at->path == NULL ? "(no path)" : at->path, member);
			return ERR_BUG;
		}
	}
	return ERR_OK;
}

const char *api_route_path(const struct api_route *route)
{
	return route->at.path + strlen(API_BASE);
}

bool api_route_names_record(size_t at)
{
	size_t first = 0;

	while (api_routes[first].answer.view != api_routes[at].answer.view) {
		first++;
	}
	return first == at && api_routes[at].answer.view != NULL;
}

void api_routes_print(FILE *out)
{
	for (size_t i = 0; i < api_routes_count; i++) {
		const struct api_route *route = &api_routes[i];

		fprintf(out, "%-6s %-28s %s%s\n", method_name(route->at.method), route->at.path,
			perm_name(route->perm), route->step_up ? " proof" : "");
	}
}
