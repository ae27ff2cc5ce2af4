#include "base/file.h"

#include "base/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

bool file_put(int file, const void *bytes, size_t size)
{
	const char *rest = bytes;

	while (size > 0) {
		ssize_t put = write(file, rest, size);

		if (put < 0 && errno != EINTR) {
			return false;
		}
		rest += put < 0 ? 0 : put;
		size -= put < 0 ? 0 : (size_t)put;
	}
	return true;
}

/* Makes the file with all that is in it; owner, where somebody had it before, or NULL. */
static bool file_write(const char *path, unsigned mode, const struct stat *owner,
	const void *bytes, size_t size)
{
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool whole;

	if (file < 0) {
		return false;
	}
	whole = (owner == NULL || fchown(file, owner->st_uid, owner->st_gid) == 0 || geteuid() != 0) &&
		fchmod(file, (mode_t)mode) == 0 && file_put(file, bytes, size) && fsync(file) == 0;
	return close(file) == 0 && whole;
}

/* Takes away what stands beside the name, and leaves errno as it is. */
static void file_undo(const char *beside)
{
	int reason = errno;

	unlink(beside);
	errno = reason;
}

enum err file_make(const char *path, unsigned mode, const void *bytes, size_t size)
{
	struct arena arena;
	const char *beside;
	enum err err = ERR_OK;

	if (access(path, F_OK) == 0) {
		return ERR_CONFLICT;
	}
	arena_init(&arena);
	beside = arena_printf(&arena, "%s.new", path);
	/* Unlike a new name, a second one never takes the place of a file that came meanwhile. */
	if (!file_write(beside, mode, NULL, bytes, size)) {
		err = ERR_UNAVAILABLE;
	} else if (link(beside, path) != 0) {
		err = errno == EEXIST ? ERR_CONFLICT : ERR_UNAVAILABLE;
	}
	file_undo(beside);
	arena_release(&arena);
	return err;
}

enum err file_renew(const char *path, const void *bytes, size_t size)
{
	struct arena arena;
	struct stat was;
	bool is_there = stat(path, &was) == 0;
	const char *beside;
	enum err err = ERR_OK;

	arena_init(&arena);
	beside = arena_printf(&arena, "%s.new", path);
	if (!file_write(beside, is_there ? was.st_mode & 07777 : 0600, is_there ? &was : NULL, bytes,
			size) || rename(beside, path) != 0) {
		err = ERR_UNAVAILABLE;
		file_undo(beside);
	}
	arena_release(&arena);
	return err;
}
