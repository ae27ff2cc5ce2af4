/*
 * Small files that are there whole or not at all: keys, passwords, settings. Each is written beside
 * its name and gets that when it is on the disk, so that neither a disk that is full nor a cut of
 * the power leaves a part of one, which the next start would take for what was meant.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* Both give ERR_UNAVAILABLE, with the reason in errno, when the file cannot be written: what was at
 * that path before still is, and nothing else is left. */

/* Makes a file of this mode, whatever the umask. ERR_CONFLICT: there is one, and it stays. */
enum err file_make(const char *path, unsigned mode, const void *bytes, size_t size) MUST_USE;

/* Writes a file anew, of the owner and the mode that it has; for the owner alone where there was
 * none. */
enum err file_renew(const char *path, const void *bytes, size_t size) MUST_USE;

/* Writes all of it to an open file; false with the reason in errno. A disk that has room for a part
 * takes that, and says why not the rest at the next try alone. */
bool file_put(int file, const void *bytes, size_t size);

#endif
