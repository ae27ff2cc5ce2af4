/*
 * What a viewer may do with one record. It goes out with the record ("may") so that nobody is
 * offered what will be refused; the guards of the acts ask the same functions. Pure.
 */
#ifndef RULE_MAY_H
#define RULE_MAY_H

#include "rule/perm.h"

#include <stdbool.h>
#include <stdint.h>

/* Acts are numbers from 0; a set of them has a bit for each. The words are as the API calls the
 * acts, in the same order, ended by NULL. */

/* The members of PATCH that ask for more than the rest of it have an act of their own. */
enum user_act { USER_UPDATE, USER_STATUS, USER_GROUPS, USER_MASK_DATA, USER_TWO_FACTOR,
	USER_CREDENTIALS, USER_UNLOCK, USER_SESSIONS, USER_DELETE };
extern const char *const may_user_words[];

/* Gives the key of the refusal when the viewer does this to themselves: "status.self"; NULL when
 * they may. */
const char *may_user_own(enum user_act act);

/* Gives what of all that the viewer may do with the user of this id, who holds these rights. */
unsigned may_user(const struct viewer *viewer, uint64_t id, struct rights holds);

/* To give it is to put a user into it, or to make one who is. */
enum group_act { GROUP_UPDATE, GROUP_DELETE, GROUP_GIVE };
extern const char *const may_group_words[];

/* Gives what of that the viewer may do with the group of this id, which holds these permissions and
 * grants its members these rights: its rooms are among them. */
unsigned may_group(const struct viewer *viewer, uint64_t id, struct rights holds,
	struct rights grants);

enum room_act { ROOM_UPDATE, ROOM_DELETE };
extern const char *const may_room_words[];

/* Gives the same for every room. */
unsigned may_room(const struct viewer *viewer);

enum client_act { CLIENT_UPDATE, CLIENT_DELETE };
extern const char *const may_client_words[];

/* Gives the same for every client: what it says must not tell one from another. */
unsigned may_client(const struct viewer *viewer);

enum session_act { SESSION_DELETE };
extern const char *const may_session_words[];

/* Gives what the viewer may do with a session of somebody who holds these rights. */
unsigned may_session(const struct viewer *viewer, struct rights holds);

enum letter_act { MAIL_RESEND, MAIL_DELETE };
extern const char *const may_letter_words[];

struct letter_facts {
	bool credentials; /* it brings a password or a link */
	bool personal;    /* it is between the product and its reader alone */
	bool waiting;     /* it has not been sent, and will be */
	uint64_t user_id; /* whom it is about; 0: nobody who is left */
	struct rights holds;
};

/* Gives what the viewer may do with a letter, as far as these facts about it decide. */
unsigned may_letter(const struct viewer *viewer, const struct letter_facts *letter);

#endif
