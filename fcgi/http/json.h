/* Where the library that reads and writes JSON has its memory from, for http/ and for view/. */
#ifndef HTTP_JSON_H
#define HTTP_JSON_H

/* Names the library and its release. */
const char *json_library(void);

/* To be called once, before the first thread. From then on JSON has the memory it needs, or the
 * program ends (base/memory.h): jansson does not say whether a text is no JSON or memory ran out,
 * and a member that cannot be replaced stays what it was, unmasked for one. */
void json_memory_init(void);

#endif
