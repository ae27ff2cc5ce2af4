/* The listening socket: there is no moment without one, and what is ours alone is taken away. */
#include "http/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
	char folder[64];
	char path[80];
};

static int make_place(void **state)
{
	static struct place place;

	place = (struct place){ .folder = "/tmp/socket_test.XXXXXX" };
	if (mkdtemp(place.folder) == NULL) {
		return -1;
	}
	snprintf(place.path, sizeof(place.path), "%s/web", place.folder);
	*state = &place;
	return 0;
}

/* rmdir fails when a test's listener left something behind. */
static int leave_place(void **state)
{
	struct place *place = *state;

	return rmdir(place->folder);
}

/* A connection to the path, -1 with errno when nobody listens there. */
static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

static bool has_visitor(const struct listener *listener)
{
	int fd = accept(listener->fd, NULL, NULL);

	if (fd < 0) {
		assert_int_equal(errno, EAGAIN);
		return false;
	}
	close(fd);
	return true;
}

static bool exists(const char *path)
{
	return access(path, F_OK) == 0;
}

static void open_and_publish(struct listener *listener, const char *path)
{
	assert_int_equal(socket_open(listener, path), ERR_OK);
	assert_int_equal(socket_publish(listener), ERR_OK);
}

static void end(struct listener *listener)
{
	socket_leave(listener);
	socket_close(listener);
}

static void clients_find_it_only_when_it_is_published(void **state)
{
	const struct place *place = *state;
	struct listener listener;
	int client;

	assert_int_equal(socket_open(&listener, place->path), ERR_OK);
	assert_false(exists(place->path));
	assert_false(socket_stands(place->path));
	assert_int_equal(connect_to(place->path), -1);
	assert_int_equal(socket_publish(&listener), ERR_OK);
	assert_true(socket_stands(place->path));
	assert_false(socket_stands(place->folder));
	client = connect_to(place->path);
	assert_true(client >= 0);
	assert_true(has_visitor(&listener));
	close(client);
	end(&listener);
	assert_false(exists(place->path));
}

static void it_never_blocks_and_no_child_inherits_it(void **state)
{
	const struct place *place = *state;
	struct listener listener;

	open_and_publish(&listener, place->path);
	assert_true((fcntl(listener.fd, F_GETFL) & O_NONBLOCK) != 0);
	assert_true((fcntl(listener.fd, F_GETFD) & FD_CLOEXEC) != 0);
	assert_false(has_visitor(&listener));
	end(&listener);
}

static void owner_and_group_may_connect_whatever_the_umask(void **state)
{
	static const mode_t masks[] = { 0000, 0022, 0077, 0777 };
	const struct place *place = *state;

	for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
		mode_t before = umask(masks[i]);
		struct listener listener;
		struct stat made;

		open_and_publish(&listener, place->path);
		umask(before);
		assert_int_equal(stat(place->path, &made), 0);
		assert_true(S_ISSOCK(made.st_mode));
		assert_int_equal(made.st_mode & 07777, 0660);
		end(&listener);
	}
}

static void the_path_is_taken_over_while_the_old_one_still_listens(void **state)
{
	const struct place *place = *state;
	struct listener old, new;
	int early, late;

	open_and_publish(&old, place->path);
	early = connect_to(place->path);
	open_and_publish(&new, place->path);
	late = connect_to(place->path);
	assert_true(early >= 0 && late >= 0);
	assert_true(has_visitor(&old)); /* what was queued there is answered there */
	assert_false(has_visitor(&old));
	assert_true(has_visitor(&new));
	assert_false(has_visitor(&new));
	close(early);
	close(late);
	end(&old);
	end(&new);
}

static void an_old_one_that_ends_leaves_the_path_to_the_new_one(void **state)
{
	const struct place *place = *state;
	struct listener old, new;
	int client;

	open_and_publish(&old, place->path);
	open_and_publish(&new, place->path);
	end(&old);
	client = connect_to(place->path);
	assert_true(client >= 0);
	assert_true(has_visitor(&new));
	close(client);
	end(&new);
	assert_false(exists(place->path));
}

/* The file of a program that was killed is no obstacle. */
static void the_path_is_taken_over_from_the_dead(void **state)
{
	const struct place *place = *state;
	struct listener dead, new;
	int client;

	open_and_publish(&dead, place->path);
	socket_close(&dead);
	assert_int_equal(connect_to(place->path), -1);
	assert_int_equal(errno, ECONNREFUSED);
	open_and_publish(&new, place->path);
	client = connect_to(place->path);
	assert_true(client >= 0);
	close(client);
	end(&new);
}

static void who_connected_before_it_left_is_still_answered(void **state)
{
	const struct place *place = *state;
	struct listener listener;
	int client;

	open_and_publish(&listener, place->path);
	client = connect_to(place->path);
	assert_true(client >= 0);
	socket_leave(&listener);
	assert_int_equal(connect_to(place->path), -1);
	assert_int_equal(errno, ENOENT);
	assert_true(has_visitor(&listener));
	close(client);
	socket_close(&listener);
}

static void one_that_was_never_published_leaves_nothing_and_disturbs_nobody(void **state)
{
	const struct place *place = *state;
	struct listener running, failed;
	int client;

	open_and_publish(&running, place->path);
	/* Beside the path, under its own name, until it is published. */
	assert_int_equal(socket_open(&failed, place->path), ERR_OK);
	assert_true(exists(failed.bound.sun_path));
	end(&failed);
	assert_false(exists(failed.bound.sun_path));
	client = connect_to(place->path);
	assert_true(client >= 0);
	close(client);
	end(&running);
}

static void a_path_that_is_too_long_is_refused(void **state)
{
	const struct place *place = *state;
	struct listener listener;
	char path[sizeof(listener.bound.sun_path) + 1];

	memset(path, 'x', sizeof(path) - 1);
	memcpy(path, place->folder, strlen(place->folder));
	path[strlen(place->folder)] = '/';
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(socket_open(&listener, path), ERR_UNAVAILABLE);
	assert_int_equal(listener.fd, -1);
	socket_close(&listener);
	/* The path alone would fit, but not with the mark that it is bound under. */
	path[sizeof(listener.bound.sun_path) - 1] = '\0';
	assert_int_equal(socket_open(&listener, path), ERR_UNAVAILABLE);
	assert_int_equal(listener.fd, -1);
	socket_close(&listener);
}

static void a_folder_that_is_not_there_is_refused(void **state)
{
	const struct place *place = *state;
	struct listener listener;
	char path[96];

	snprintf(path, sizeof(path), "%s/nowhere/web", place->folder);
	assert_int_equal(socket_open(&listener, path), ERR_UNAVAILABLE);
	socket_close(&listener);
}

static void a_path_that_cannot_be_taken_is_refused(void **state)
{
	const struct place *place = *state;
	struct listener listener;

	assert_int_equal(mkdir(place->path, 0700), 0);
	assert_int_equal(socket_open(&listener, place->path), ERR_OK);
	assert_int_equal(socket_publish(&listener), ERR_UNAVAILABLE);
	end(&listener);
	assert_int_equal(rmdir(place->path), 0); /* nobody took the folder for ours */
}

/* Puts fd where an inherited listener is; the result is what was there before. */
static int replace_stdin(int fd)
{
	int before = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);

	assert_true(before >= 0);
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	return before;
}

static void restore_stdin(int before)
{
	dup2(before, STDIN_FILENO);
	close(before);
}

static void an_inherited_one_is_used_and_its_path_left_alone(void **state)
{
	const struct place *place = *state;
	struct listener parent, listener;
	int before, client;

	open_and_publish(&parent, place->path);
	assert_int_equal(fcntl(parent.fd, F_SETFL, 0), 0);
	before = replace_stdin(parent.fd);
	assert_int_equal(socket_open(&listener, "-"), ERR_OK);
	assert_int_equal(socket_publish(&listener), ERR_OK);
	assert_int_equal(listener.fd, STDIN_FILENO);
	assert_false(has_visitor(&listener)); /* which would block, were it not made non-blocking */
	client = connect_to(place->path);
	assert_true(client >= 0);
	assert_true(has_visitor(&listener));
	end(&listener);
	assert_true(exists(place->path));
	close(client);
	restore_stdin(before);
	end(&parent);
}

static void an_inherited_descriptor_that_does_not_listen_is_refused(void **state)
{
	struct listener listener;
	int other = open("/dev/null", O_RDONLY | O_CLOEXEC), before;

	(void)state;
	assert_true(other >= 0);
	before = replace_stdin(other);
	close(other);
	assert_int_equal(socket_open(&listener, "-"), ERR_UNAVAILABLE);
	socket_close(&listener);
	assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
	restore_stdin(before);
}

#define at_a_place(test) cmocka_unit_test_setup_teardown(test, make_place, leave_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		at_a_place(clients_find_it_only_when_it_is_published),
		at_a_place(it_never_blocks_and_no_child_inherits_it),
		at_a_place(owner_and_group_may_connect_whatever_the_umask),
		at_a_place(the_path_is_taken_over_while_the_old_one_still_listens),
		at_a_place(an_old_one_that_ends_leaves_the_path_to_the_new_one),
		at_a_place(the_path_is_taken_over_from_the_dead),
		at_a_place(who_connected_before_it_left_is_still_answered),
		at_a_place(one_that_was_never_published_leaves_nothing_and_disturbs_nobody),
		at_a_place(a_path_that_is_too_long_is_refused),
		at_a_place(a_folder_that_is_not_there_is_refused),
		at_a_place(a_path_that_cannot_be_taken_is_refused),
		at_a_place(an_inherited_one_is_used_and_its_path_left_alone),
		at_a_place(an_inherited_descriptor_that_does_not_listen_is_refused),
	};

	return cmocka_run_group_tests_name("http_socket", tests, NULL, NULL);
}
