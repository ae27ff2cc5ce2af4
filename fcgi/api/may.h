/*
 * Fills in what the viewer may do with each record of an answer. The rights of users come from the
 * groups that the thread remembers, so that a page costs at most one statement.
 */
#ifndef API_MAY_H
#define API_MAY_H

#include "api/call.h"
#include "store/client.h"
#include "store/group.h"
#include "store/mail.h"
#include "store/room.h"
#include "store/session.h"
#include "store/user.h"

/* Of users with their groups. */
enum err api_may_users(struct call *call, struct user *users, size_t count) MUST_USE;

/* At most PAGE_MAX. */
enum err api_may_sessions(struct call *call, struct session_entry *sessions, size_t count)
	MUST_USE;
enum err api_may_letters(struct call *call, struct mail *mails, size_t count) MUST_USE;

enum err api_may_groups(struct call *call, struct group *groups, size_t count) MUST_USE;
void api_may_rooms(struct call *call, struct room *rooms, size_t count);
void api_may_clients(struct call *call, struct client *clients, size_t count);

#endif
