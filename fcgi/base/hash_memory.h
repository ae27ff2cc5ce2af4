/*
 * The memory of password hashes, kept by a thread from one to the next. For each Argon2id libsodium
 * maps its 64 MiB anew, has the kernel clear all of it, and unmaps it: 68 ms of CPU. In memory that
 * is kept, in huge pages where the host has them, the same hash takes 35 ms.
 *
 * libsodium has no way to be given memory, so this room stands in for mmap() and munmap(), for what
 * a lending thread asks for and for nothing else. A libsodium that takes its memory otherwise, and
 * a host of 32 bits, go on as they were.
 *
 * What a hash leaves behind would help whoever reads it to guess the password. It is overwritten
 * before the hash is handed out, and never in a core dump.
 */
#ifndef BASE_HASH_MEMORY_H
#define BASE_HASH_MEMORY_H

/* From now on the calling thread keeps the memory of its hashes. */
void hash_memory_keep(void);

/* Gives back what the calling thread has kept: when it has nothing to hash for a while, and at its
 * end. */
void hash_memory_drop(void);

/* Around a hash: the next large mapping of the calling thread is in the memory that it keeps. */
void hash_memory_lend(void);
void hash_memory_take_back(void);

#endif
