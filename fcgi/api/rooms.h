/* What the files about rooms share. */
#ifndef API_ROOMS_H
#define API_ROOMS_H

#include "api/call.h"
#include "store/room.h"

/* Fills in the names of the rooms' groups, valid until the next request. */
enum err api_room_name_groups(struct call *call, struct room *rooms, size_t count) MUST_USE;

/* Answers with the record and its ETag. */
enum err api_room_answer(struct call *call, struct room *room) MUST_USE;

#endif
