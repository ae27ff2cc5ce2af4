/*
 * A file that a passphrase locks: named parts, one after the other, written and read as a
 * stream, in the memory of one piece. The passphrase gives the key by Argon2id (crypto_pwhash), the
 * pieces are crypto_secretstream: none can be changed, left out, added or moved unnoticed, and a
 * file that was cut off lacks its end.
 *
 *   mark, salt, cost, header of the stream, proof of the key, sum of all that
 *   pieces: their length (4 bytes, little-endian), crypto_secretstream of LOCKED_PIECE at most
 *
 * A part is a piece with its name and pieces of its bytes, the last of which ends a set of messages
 * (TAG_PUSH) and is empty. The end is an empty piece with TAG_FINAL.
 */
#ifndef BASE_LOCKED_H
#define BASE_LOCKED_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define LOCKED_PIECE 65536
#define LOCKED_NAME_MAX 64 /* with NUL */

/* What may be wrong with a file that is read. */
enum locked_fault {
	LOCKED_WHOLE,      /* so far */
	LOCKED_STRANGER,   /* it is no such file */
	LOCKED_PASSPHRASE, /* it is whole at its beginning, and locked with another passphrase */
	LOCKED_CUT,        /* it ends before its end */
	LOCKED_CHANGED     /* something in it, or behind its end */
};

/* A file that is being written, or read; belongs to whoever opened the FILE. */
struct locked;

/* Begins to write: passes and memory (bytes) are the cost of a guess. NULL when the memory cannot
 * be had or the file cannot be written. */
struct locked *locked_create(FILE *file, const char *passphrase, uint64_t passes, size_t memory);

/* Begins a part; its bytes follow in any number of calls, and its end. ERR_UNAVAILABLE when the
 * file takes no more: errno says why. */
enum err locked_begin(struct locked *locked, const char *name) MUST_USE;
enum err locked_put(struct locked *locked, const void *bytes, size_t size) MUST_USE;
enum err locked_end(struct locked *locked) MUST_USE;

/* Ends the file, and sees to it that it is on the disk. */
enum err locked_finish(struct locked *locked) MUST_USE;

/* Begins to read; *fault says why it is NULL, LOCKED_WHOLE where there is no memory. */
struct locked *locked_open(FILE *file, const char *passphrase, enum locked_fault *fault);

/* Goes on to the next part and gives its name, "" after the last one; what is left of the part
 * before is passed over. ERR_INVALID when something is wrong: locked_fault(). */
enum err locked_next(struct locked *locked, char name[static LOCKED_NAME_MAX]) MUST_USE;

/* Gives the next bytes of the part, which stay until the next call; *size 0: it is over. */
enum err locked_take(struct locked *locked, const void **bytes, size_t *size) MUST_USE;

enum locked_fault locked_fault(const struct locked *locked);

/* Gives all back, the key wiped; NULL is fine. The FILE stays open. */
void locked_close(struct locked *locked);

#endif
