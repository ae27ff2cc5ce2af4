/*
 * The handlers that api/routes.c names, by noun: each function is a stage of a route (routes.h),
 * and gives ERR_OK or a refusal. Input tables and what a query string may hold stand above their
 * handlers.
 */
#ifndef API_HANDLERS_H
#define API_HANDLERS_H

#include "api/call.h"
#include "http/body.h"
#include "http/query.h"
#include "view/table.h"

/* session.c */
extern const struct field api_session_create_fields[];
extern const struct field api_session_code_fields[];
extern const struct field api_session_password_fields[];
enum err api_session_allow_code(struct call *call) MUST_USE;
enum err api_session_allow_password(struct call *call) MUST_USE;
enum err api_session_allow_enrolment(struct call *call) MUST_USE;
enum err api_session_create(struct call *call) MUST_USE;
enum err api_session_code(struct call *call) MUST_USE;
enum err api_session_resend(struct call *call) MUST_USE;
enum err api_session_password(struct call *call) MUST_USE;
enum err api_session_totp_begin(struct call *call) MUST_USE;
enum err api_session_totp_confirm(struct call *call) MUST_USE;
enum err api_session_read(struct call *call) MUST_USE;
enum err api_session_end(struct call *call) MUST_USE;
enum err api_session_end_allow(struct call *call) MUST_USE;

/* session_step_up.c */
extern const struct field api_session_step_up_fields[];
enum err api_session_step_up(struct call *call) MUST_USE;
enum err api_session_step_up_allow(struct call *call) MUST_USE;
enum err api_session_step_up_answer(struct call *call) MUST_USE;
enum err api_session_step_up_read(struct call *call) MUST_USE;

/* session_link.c */
extern const struct field api_session_link_fields[];
extern const struct field api_session_link_password_fields[];
extern const struct field api_session_forgotten_fields[];
enum err api_session_link(struct call *call) MUST_USE;
enum err api_session_link_password(struct call *call) MUST_USE;
enum err api_session_forgotten(struct call *call) MUST_USE;

/* profile.c, profile_totp.c */
extern const struct field api_profile_password_fields[];
extern const struct field api_profile_language_fields[];
extern const struct field api_profile_totp_begin_fields[];
extern const struct field api_profile_code_fields[];
enum err api_profile_password(struct call *call) MUST_USE;
enum err api_profile_password_allow(struct call *call) MUST_USE;
enum err api_profile_password_check(struct call *call) MUST_USE;
enum err api_profile_password_answer(struct call *call) MUST_USE;
enum err api_profile_language(struct call *call) MUST_USE;
enum err api_profile_totp_read(struct call *call) MUST_USE;
enum err api_profile_totp_begin(struct call *call) MUST_USE;
enum err api_profile_totp_begin_allow(struct call *call) MUST_USE;
enum err api_profile_totp_answer_begun(struct call *call) MUST_USE;
enum err api_profile_totp_confirm(struct call *call) MUST_USE;
enum err api_profile_totp_end(struct call *call) MUST_USE;
enum err api_profile_totp_end_allow(struct call *call) MUST_USE;
enum err api_profile_totp_answer_ended(struct call *call) MUST_USE;
enum err api_profile_recovery_codes(struct call *call) MUST_USE;
enum err api_profile_code_allow(struct call *call) MUST_USE;
enum err api_profile_answer_codes(struct call *call) MUST_USE;
enum err api_profile_sessions(struct call *call) MUST_USE;
enum err api_profile_session_end(struct call *call) MUST_USE;
enum err api_profile_session_answer_ended(struct call *call) MUST_USE;
enum err api_profile_sessions_end(struct call *call) MUST_USE;

/* import.c, of both imports */
extern const struct list api_import_query;
enum err api_import_check(struct call *call) MUST_USE;
enum err api_import(struct call *call) MUST_USE;
enum err api_import_answer(struct call *call) MUST_USE;

/* saved_views.c */
extern const struct field api_saved_view_fields[];
enum err api_saved_views_list(struct call *call) MUST_USE;
enum err api_saved_view_create(struct call *call) MUST_USE;
enum err api_saved_view_answer_created(struct call *call) MUST_USE;
enum err api_saved_view_read(struct call *call) MUST_USE;
enum err api_saved_view_delete(struct call *call) MUST_USE;

/* users.c, user_create.c, user_update.c */
extern const struct field api_user_create_fields[];
extern const struct field api_user_update_fields[];
enum err api_users_list(struct call *call) MUST_USE;
enum err api_users_read(struct call *call) MUST_USE;
enum err api_user_rights(struct call *call) MUST_USE;
enum err api_user_create(struct call *call) MUST_USE;
enum err api_user_answer_created(struct call *call) MUST_USE;
enum err api_user_create_check(struct call *call) MUST_USE;
enum err api_user_update_allow(struct call *call) MUST_USE;
enum err api_user_update(struct call *call) MUST_USE;
enum err api_user_answer_changed(struct call *call) MUST_USE;
enum err api_user_update_check(struct call *call) MUST_USE;
enum err api_user_unlock(struct call *call) MUST_USE;
enum err api_user_answer_unlocked(struct call *call) MUST_USE;
enum err api_user_delete(struct call *call) MUST_USE;

/* user_export.c, user_import.c */
enum err api_users_export(struct call *call) MUST_USE;
enum err api_users_import_allow(struct call *call) MUST_USE;

/* user_bulk.c */
extern const struct field api_users_bulk_fields[];
enum err api_users_bulk_allow(struct call *call) MUST_USE;
enum err api_users_bulk_check(struct call *call) MUST_USE;
enum err api_users_bulk(struct call *call) MUST_USE;
enum err api_users_answer_bulk(struct call *call) MUST_USE;

/* user_credentials.c */
extern const struct field api_user_credentials_fields[];
enum err api_user_credentials_allow(struct call *call) MUST_USE;
enum err api_user_credentials(struct call *call) MUST_USE;
enum err api_user_answer_credentials(struct call *call) MUST_USE;
enum err api_user_credentials_check(struct call *call) MUST_USE;

/* mail.c, mail_send.c */
extern const struct field api_mail_test_fields[];
extern const struct list api_mail_preview_query;
enum err api_mail_list(struct call *call) MUST_USE;
enum err api_mail_read(struct call *call) MUST_USE;
enum err api_mail_preview(struct call *call) MUST_USE;
enum err api_mail_preview_page(struct call *call) MUST_USE;
enum err api_mail_delete(struct call *call) MUST_USE;
enum err api_mail_answer_sent(struct call *call) MUST_USE;
enum err api_mail_test_check(struct call *call) MUST_USE;
enum err api_mail_test(struct call *call) MUST_USE;
enum err api_mail_resend_check(struct call *call) MUST_USE;
enum err api_mail_resend(struct call *call) MUST_USE;

/* groups.c, group_edit.c, group_import.c */
extern const struct field api_group_create_fields[];
extern const struct field api_group_update_fields[];
extern const struct field api_group_import_fields[];
extern const struct list api_group_import_query;
enum err api_groups_list(struct call *call) MUST_USE;
enum err api_groups_read(struct call *call) MUST_USE;
enum err api_groups_members(struct call *call) MUST_USE;
enum err api_group_create(struct call *call) MUST_USE;
enum err api_group_answer_created(struct call *call) MUST_USE;
enum err api_group_check(struct call *call) MUST_USE;
enum err api_group_update(struct call *call) MUST_USE;
enum err api_group_answer_changed(struct call *call) MUST_USE;
enum err api_group_delete(struct call *call) MUST_USE;
enum err api_groups_export(struct call *call) MUST_USE;
enum err api_groups_import_allow(struct call *call) MUST_USE;
enum err api_groups_import_check(struct call *call) MUST_USE;
enum err api_groups_import(struct call *call) MUST_USE;
enum err api_groups_answer_imported(struct call *call) MUST_USE;
enum err api_permissions_list(struct call *call) MUST_USE;

/* rooms.c, room_edit.c */
extern const struct field api_room_create_fields[];
extern const struct field api_room_update_fields[];
enum err api_rooms_list(struct call *call) MUST_USE;
enum err api_rooms_read(struct call *call) MUST_USE;
enum err api_room_check(struct call *call) MUST_USE;
enum err api_room_create(struct call *call) MUST_USE;
enum err api_room_answer_created(struct call *call) MUST_USE;
enum err api_room_update(struct call *call) MUST_USE;
enum err api_room_answer_changed(struct call *call) MUST_USE;
enum err api_room_delete(struct call *call) MUST_USE;

/* gate.c */
extern const struct list api_gate_query;
extern const struct field api_gate_return_fields[];
enum err api_gate_find_viewer(struct call *call) MUST_USE;
enum err api_gate(struct call *call) MUST_USE;
enum err api_gate_return(struct call *call) MUST_USE;
enum err api_gate_refused(struct call *call) MUST_USE;

/* clients.c, client_change.c, client_export.c, client_import.c, client_lookup.c */
extern const struct field api_client_create_fields[];
extern const struct field api_client_update_fields[];
extern const struct field api_client_lookup_fields[];
enum err api_clients_list(struct call *call) MUST_USE;
enum err api_clients_read(struct call *call) MUST_USE;
enum err api_client_create(struct call *call) MUST_USE;
enum err api_client_answer_created(struct call *call) MUST_USE;
enum err api_client_create_check(struct call *call) MUST_USE;
enum err api_client_update(struct call *call) MUST_USE;
enum err api_client_update_check(struct call *call) MUST_USE;
enum err api_client_delete(struct call *call) MUST_USE;
enum err api_client_lookup(struct call *call) MUST_USE;
enum err api_clients_export(struct call *call) MUST_USE;
enum err api_clients_import_allow(struct call *call) MUST_USE;

/* sessions.c */
enum err api_sessions_list(struct call *call) MUST_USE;
enum err api_sessions_end(struct call *call) MUST_USE;
enum err api_sessions_answer_ended(struct call *call) MUST_USE;
enum err api_user_sessions_list(struct call *call) MUST_USE;
enum err api_user_sessions_read(struct call *call) MUST_USE;
enum err api_user_sessions_end(struct call *call) MUST_USE;
enum err api_user_sessions_end_all(struct call *call) MUST_USE;

/* audit.c */
enum err api_audit_list(struct call *call) MUST_USE;
enum err api_audit_read(struct call *call) MUST_USE;
enum err api_audit_export(struct call *call) MUST_USE;
enum err api_audit_export_csv(struct call *call) MUST_USE;

/* job.c */
enum err api_jobs(struct call *call) MUST_USE;
enum err api_job_read(struct call *call) MUST_USE;
enum err api_job_step(struct call *call) MUST_USE;
enum err api_job_end(struct call *call) MUST_USE;

/* user_undo.c */
enum err api_job_undo_allow(struct call *call) MUST_USE;
enum err api_job_undo_check(struct call *call) MUST_USE;
enum err api_job_undo(struct call *call) MUST_USE;
enum err api_job_answer_undone(struct call *call) MUST_USE;

/* site.c */
enum err api_site(struct call *call) MUST_USE;

/* health.c */
extern const struct view_field api_health_view[];
enum err api_health(struct call *call) MUST_USE;

/* metrics.c */
enum err api_metrics(struct call *call) MUST_USE;

/* openapi.c */
enum err api_openapi(struct call *call) MUST_USE;

#endif
