#include "auth/tries.h"

#include "base/clock.h"
#include "rule/notice.h"
#include "rule/network.h"
#include "store/attempt.h"

#include <string.h>

enum { DEVICE_NONCE = 16, DEVICE_MARK = 8, DEVICE_DAYS = 180 };

struct meter auth_tries_delayed;

/* What the cookie holds, wrapped for its user. */
struct device {
	int64_t issued_at;
	unsigned char nonce[DEVICE_NONCE];
	unsigned char password[DEVICE_MARK]; /* a mark of the one that it was issued for */
};

static void tries_mark_password(const struct secret_key *key, const char *password,
	unsigned char out[DEVICE_MARK])
{
	struct secret_hash hash = secret_keyed(key, "password of device", password,
		strlen(password));

	memcpy(out, hash.bytes, DEVICE_MARK);
}

const char *auth_tries_device(const struct call *call, uint64_t user_id, const char *password)
{
	struct device device = { .issued_at = clock_now() };

	secret_random(device.nonce, sizeof(device.nonce));
	tries_mark_password(call->server_key, password, device.password);
	return secret_wrap(call->arena, call->server_key, SECRET_DEVICE, user_id, &device,
		sizeof(device));
}

/* Finds the device that one of the browser's tokens proves, as it was wrapped with this key. */
static const struct device *tries_device_of_key(const struct call *call,
	const struct secret_key *key, const struct user_secret *user)
{
	int64_t since = clock_now() - DEVICE_DAYS * CLOCK_DAY;
	unsigned char present[DEVICE_MARK];

	tries_mark_password(key, user->password, present);
	for (const char *const *token = call->device_tokens; *token != NULL; token++) {
		size_t size;
		const struct device *device = secret_unwrap(call->arena, key, SECRET_DEVICE, user->id,
			*token, &size);

		if (device != NULL && size == sizeof(*device) && device->issued_at > since &&
		    secret_equal(device->password, present, sizeof(present))) {
			return device;
		}
	}
	return NULL;
}

/* Finds it by any key that opens; NULL when none of the tokens is user's. */
static const struct device *tries_proved_device(const struct call *call,
	const struct user_secret *user)
{
	const struct device *device = NULL;

	for (size_t i = 0; device == NULL && i < call->server_keys->opening; i++) {
		device = tries_device_of_key(call, &call->server_keys->key[i], user);
	}
	return device;
}

static struct secret_hash tries_key_of_network(const struct secret_key *server_key,
	const char *address)
{
	uint64_t household = network_household(address);

	return secret_keyed(server_key, "tries of network", &household, sizeof(household));
}

static struct secret_hash tries_network_key(const struct call *call)
{
	return tries_key_of_network(call->server_key, call->remote_address);
}

/* Makes the key by which letters about forgotten passwords are counted for a network. */
static struct secret_hash tries_forgotten_key(const struct secret_key *server_key,
	const struct secret_hash *network)
{
	return secret_keyed(server_key, "forgotten of network", network, sizeof(*network));
}

static struct secret_hash tries_account_key(const struct call *call, const char *email)
{
	return secret_keyed(call->server_key, "tries of account", email, strlen(email));
}

struct tries auth_tries_of(const struct call *call, const char *email,
	const struct user_secret *user)
{
	uint64_t user_id = user == NULL ? 0 : user->id;
	const struct device *device = user_id == 0 ? NULL : tries_proved_device(call, user);
	struct tries tries = { .network = tries_network_key(call), .user_id = user_id };

	if (device != NULL) {
		tries.kind = THROTTLE_DEVICE;
		tries.key = secret_keyed(call->server_key, "tries of device", device, sizeof(*device));
	} else {
		tries.kind = THROTTLE_ACCOUNT;
		tries.key = tries_account_key(call, email);
	}
	return tries;
}

static void tries_count_delayed(bool delayed)
{
	if (delayed) {
		meter_add(&auth_tries_delayed);
	}
}

static enum err tries_seconds_left(const struct call *call, const struct secret_hash *key,
	unsigned *seconds)
{
	int64_t now = clock_now(), until;

	TRY(store_attempt_blocked(call->db, call->arena, key, now, &until));
	*seconds = until == 0 ? 0 : (unsigned)((until - now) / CLOCK_SECOND) + 1;
	tries_count_delayed(*seconds > 0);
	return ERR_OK;
}

enum err auth_tries_network_wait(const struct call *call, unsigned *seconds)
{
	struct secret_hash network = tries_network_key(call);

	return tries_seconds_left(call, &network, seconds);
}

enum err auth_tries_wait(const struct call *call, const struct tries *tries, unsigned *seconds)
{
	return tries_seconds_left(call, &tries->key, seconds);
}

enum err auth_tries_blocked(const struct call *call, const struct tries *tries, bool *blocked)
{
	int64_t until;

	TRY(store_attempt_blocked(call->db, call->arena, &tries->key, clock_now(), &until));
	*blocked = until != 0;
	tries_count_delayed(*blocked);
	return ERR_OK;
}

enum err auth_tries_fail(const struct call *call, const struct tries *tries, bool blocked)
{
	int64_t now = clock_now();
	enum err err = store_attempt_fail(call->db, call->arena, THROTTLE_NETWORK, &tries->network, 0,
		now);

	if (err != ERR_OK || blocked) {
		return err;
	}
	return store_attempt_fail(call->db, call->arena, tries->kind, &tries->key,
		tries->user_id, now);
}

static struct secret_hash tries_factor_key(const struct call *call, uint64_t user_id)
{
	return secret_keyed(call->server_key, "codes of user", &user_id, sizeof(user_id));
}

enum err auth_tries_code_wrong(const struct call *call, uint64_t user_id)
{
	struct secret_hash key = tries_factor_key(call, user_id);

	return store_attempt_fail(call->db, call->arena, THROTTLE_FACTOR, &key, user_id, clock_now());
}

enum err auth_tries_code_right(const struct call *call, uint64_t user_id)
{
	struct secret_hash key = tries_factor_key(call, user_id);

	return store_attempt_clear(call->db, &key);
}

enum err auth_tries_codes_failed(const struct call *call, uint64_t user_id, uint64_t *failures)
{
	struct secret_hash key = tries_factor_key(call, user_id);

	return store_attempt_failures(call->db, call->arena, &key, failures);
}

enum err auth_tries_codes_spent(const struct call *call, uint64_t user_id, bool *spent)
{
	uint64_t failures;

	TRY(auth_tries_codes_failed(call, user_id, &failures));
	*spent = failures >= THROTTLE_CODES;
	return ERR_OK;
}

enum err auth_tries_forget(const struct call *call, const struct tries *tries)
{
	return store_attempt_clear(call->db, &tries->key);
}

/* By the address too: failures from before somebody had it are nobody's. */
enum err auth_tries_unlock(const struct call *call, uint64_t user_id, const char *email)
{
	struct secret_hash key = tries_account_key(call, email);

	TRY(store_attempt_clear(call->db, &key));
	return store_attempt_clear_user(call->db, user_id);
}

enum err auth_tries_unlock_network(struct db *db, const struct secret_key *server_key,
	const char *address)
{
	struct secret_hash key = tries_key_of_network(server_key, address);
	struct secret_hash forgotten = tries_forgotten_key(server_key, &key);

	TRY(store_attempt_clear(db, &key));
	return store_attempt_clear(db, &forgotten);
}

/* Counts a use of what is allowed most times within a window: seconds until the window ends, 0
 * while it is allowed. */
static enum err tries_count_use(const struct call *call, const struct secret_hash *key,
	int64_t window, uint64_t max, unsigned *seconds)
{
	int64_t now = clock_now(), until;
	uint64_t count;

	TRY(store_attempt_count(call->db, call->arena, key, now, window, &count, &until));
	*seconds = count <= max ? 0 : (unsigned)((until - now) / CLOCK_SECOND) + 1;
	tries_count_delayed(*seconds > 0);
	return ERR_OK;
}

enum err auth_tries_forgotten(const struct call *call, const char *email, unsigned *seconds,
	bool *letter)
{
	struct secret_hash hash = tries_network_key(call);
	struct secret_hash network = tries_forgotten_key(call->server_key, &hash);
	struct secret_hash minute = secret_keyed(call->server_key, "forgotten, minute", email,
		strlen(email));
	struct secret_hash hour = secret_keyed(call->server_key, "forgotten, hour", email,
		strlen(email));
	unsigned held = 0;

	*letter = false;
	TRY(tries_count_use(call, &network, CLOCK_HOUR, THROTTLE_FORGOTTEN_NETWORK, seconds));
	if (*seconds > 0) {
		return ERR_OK;
	}
	TRY(tries_count_use(call, &minute, CLOCK_MINUTE, 1, &held));
	if (held == 0) { /* what the minute holds back does not count for the hour */
		TRY(tries_count_use(call, &hour, CLOCK_HOUR, THROTTLE_FORGOTTEN, &held));
	}
	*letter = held == 0;
	return ERR_OK;
}

enum err auth_tries_lookup(const struct call *call, uint64_t user_id, unsigned *seconds)
{
	struct secret_hash key = secret_keyed(call->server_key, "look-ups of user", &user_id,
		sizeof(user_id));

	return tries_count_use(call, &key, throttle_lookup_window(), THROTTLE_LOOKUPS, seconds);
}

enum err auth_tries_new_browser(const struct call *call, uint64_t user_id, bool *tell)
{
	struct secret_hash key = secret_keyed(call->server_key, "new browsers of user", &user_id,
		sizeof(user_id));
	uint64_t count = 0;
	int64_t until;

	*tell = false;
	TRY(store_attempt_count(call->db, call->arena, &key, clock_now(), CLOCK_HOUR,
		&count, &until));
	*tell = count <= NOTICE_NEW_BROWSERS_PER_HOUR;
	return ERR_OK;
}
