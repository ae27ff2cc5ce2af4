/*
 * Text: a growing buffer in an arena, and what Unicode needs (libunistring and libidn2 have their
 * only doors in text.c and text_seen.c). All text inside the program is valid UTF-8; http/body and
 * cli/ see to it.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	struct arena *arena;
	char *bytes; /* always NUL-terminated once something was put */
	size_t len;
	size_t room;
};

/* Gives an empty text; the bytes come from the arena and die with it. */
struct text text_in(struct arena *arena);

/* Appends len bytes; bytes may be NULL when there are none. */
void text_put(struct text *text, const char *bytes, size_t len);

/* Appends a string. With "" the text has bytes, though none were put. */
void text_puts(struct text *text, const char *string);

/* Appends one byte. */
void text_putc(struct text *text, char c);

/* Appends a number in decimal digits. */
void text_putu(struct text *text, uint64_t number);

/* Appends as printf does. */
void text_putf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends the comma that JSON wants before the next member or element: none at the beginning, nor
 * after { or [. */
void text_separate(struct text *text);

/* Appends a JSON string with its quotes that needs no escapes: a word of ours. */
void text_put_word(struct text *text, const char *word);

/* Appends what stands before the value of an object's next member: the comma that text_separate()
 * puts, and the name, a word of ours. */
void text_put_member(struct text *text, const char *name);

/* Appends a JSON string with its quotes (RFC 8259): escapes ", \ and everything below U+0020, and
 * also U+2028 and U+2029, so that the output is a valid JavaScript literal too. */
void text_put_json(struct text *text, const char *string);

/* Tells whether the bytes are well-formed UTF-8 without NUL (RFC 3629). */
bool text_is_utf8(const char *bytes, size_t len);

/* Tells whether every byte is below 0x80. */
bool text_is_ascii(const char *string);

/* Tells whether every byte is one of ' ' to '~', as in most texts: all are seen, and are in each
 * normal form. */
bool text_is_printable(const char *string);

/* Counts the code points in a valid UTF-8 string. */
size_t text_points(const char *string);

/* Tell whether a code point is white space that people type, and whether nothing is seen of it by
 * itself. */
bool text_is_space(uint32_t c);
bool text_is_unseen(uint32_t c);

/* Tells whether the string has a control character (C0, DEL, C1), a line or paragraph separator, a
 * bidirectional control (U+061C, U+200E/F, U+202A-E, U+2066-9) or another invisible format
 * character (zero-width space, BOM, soft hyphen, ...). What changes how its neighbours are seen is
 * none of them, where it does: U+200C and U+200D between visible characters, because Persian and
 * Indic names need them, selectors behind emoji, ideographs and Mongolian letters, and the tags of
 * a flag (UTS #51). */
bool text_has_invisible(const char *string);

/* Gives the first character that text_has_invisible() tells of in the string as text_clean() has
 * it, and what is seen before it: the end of a word, at most 20 code points, perhaps none. NULL
 * when there is no such character. */
const char *text_place_of_unseen(struct arena *arena, const char *string, uint32_t *character);

/* Gives where in the string what can be seen begins, and in *len how many bytes it has up to the
 * last of it: white space, line ends and what cannot be seen are left out at both ends. */
const char *text_trim(const char *string, size_t *len);

/* Gives the beginning of the string, at most max code points: no cluster of them that is seen as
 * one character is cut (UAX #29), and no space is left at its end. */
const char *text_cut(struct arena *arena, const char *string, size_t max);

/* Tells whether the string has an ASCII control character or DEL. */
bool text_has_control(const char *string);

/* Gives the string normalised to NFC (UAX #15), trimmed as text_trim() does, with runs of white
 * space collapsed to one space. What cannot be seen stays in the middle. NULL when the string
 * cannot be normalised. */
const char *text_clean(struct arena *arena, const char *string);

/* Gives the NFC alone: for passwords, where white space counts (NIST SP 800-63B 3.1.1.2). */
const char *text_nfc(struct arena *arena, const char *string);

/* Gives a code as people paste it, reduced to what was meant: compatibility forms and digits of any
 * script become plain ones (NFKC, UAX #15), letters lower case; white space, dashes and whatever
 * cannot be seen are dropped. NULL when the string cannot be normalised. */
const char *text_code(struct arena *arena, const char *string);

/* Gives the string as it is looked for, whoever typed it: compatibility forms, accents and other
 * marks, case and digits of any script are made plain (NFKD, full case folding: UAX #15, Unicode
 * 5.18.4), and letters that have no decomposition become those they are taken for: ss, i, l, o, ae.
 * What is neither ASCII nor a letter or digit becomes a space. NULL when there is no such form. */
const char *text_plain(struct arena *arena, const char *string);

/* Gives the string with ASCII letters in lower case. */
const char *text_lower(struct arena *arena, const char *string);

/* Gives the domain as lower-case A-labels (IDNA2008, UTS #46 non-transitional); NULL when it is not
 * a domain name. */
const char *text_domain(struct arena *arena, const char *domain);

/* Gives a domain of A-labels as people write it; what is none stays as it is. */
const char *text_domain_shown(struct arena *arena, const char *domain);

#endif
