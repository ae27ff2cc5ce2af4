/* Rooms: the list and the record, and what room_edit.c shares with them. */
#include "api/rooms.h"

#include "api/handlers.h"
#include "api/listing.h"
#include "api/may.h"
#include "auth/cache.h"
#include "view/room.h"

enum err api_room_name_groups(struct call *call, struct room *rooms, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < rooms[i].group_count; j++) {
			struct group_name *group = &rooms[i].groups[j];

			TRY(auth_cache_group(call->cache, call->db, group->id, &group->name));
		}
	}
	return ERR_OK;
}

enum err api_rooms_list(struct call *call)
{
	struct listing listing = { .noun = &room_noun, .fields = view_room };

	TRY(api_listing_read(call, &listing));
	TRY(api_listing_load(call, &listing));
	TRY(api_room_name_groups(call, listing.records, listing.page.count));
	api_may_rooms(call, listing.records, listing.page.count);
	api_listing_answer(call, &listing);
	return ERR_OK;
}

enum err api_rooms_read(struct call *call)
{
	struct room room;

	TRY(store_room_load(call->db, call->arena, call->id, &room));
	return api_room_answer(call, &room);
}

enum err api_room_answer(struct call *call, struct room *room)
{
	TRY(api_room_name_groups(call, room, 1));
	api_may_rooms(call, room, 1);
	reply_etag(call->reply, room->version);
	view_record(&call->reply->body, view_room, room, &call->viewer);
	return ERR_OK;
}
