#include "http/wire.h"

#include <fastcgi.h>
#include <stdint.h>
#include <sys/uio.h>

/* What follows the last output. */
struct wire_end {
	FCGI_Header output; /* an empty record */
	FCGI_EndRequestRecord request;
};

static FCGI_Header wire_header(unsigned char type, int request, size_t len)
{
	return (FCGI_Header){
		.version = FCGI_VERSION_1,
		.type = type,
		.requestIdB1 = (unsigned char)(request >> 8),
		.requestIdB0 = (unsigned char)request,
		.contentLengthB1 = (unsigned char)(len >> 8),
		.contentLengthB0 = (unsigned char)len,
	};
}

static struct wire_end wire_end_of(int request)
{
	return (struct wire_end){
		.output = wire_header(FCGI_STDOUT, request, 0),
		.request = {
			.header = wire_header(FCGI_END_REQUEST, request, sizeof(FCGI_EndRequestBody)),
			.body = { .protocolStatus = FCGI_REQUEST_COMPLETE },
		},
	};
}

/* Writes all of the parts, which it changes. */
static bool wire_write(int connection, struct iovec *part, int count)
{
	while (count > 0) {
		ssize_t written = writev(connection, part, count);
		size_t left = (size_t)written;

		if (written < 0) {
			return false;
		}
		for (; count > 0 && left >= part->iov_len; part++, count--) {
			left -= part->iov_len;
		}
		if (count > 0) {
			part->iov_base = (char *)part->iov_base + left;
			part->iov_len -= left;
		}
	}
	return true;
}

/* A record, of bytes that are some; the end in the same write. */
static bool wire_send_record(int connection, int request, const char *bytes, size_t len, bool last)
{
	FCGI_Header head = wire_header(FCGI_STDOUT, request, len);
	struct wire_end end = wire_end_of(request);
	struct iovec parts[] = {
		{ .iov_base = &head, .iov_len = sizeof(head) },
		{ .iov_base = (void *)(uintptr_t)bytes, .iov_len = len },
		{ .iov_base = &end, .iov_len = sizeof(end) },
	};

	return len > 0 ? wire_write(connection, parts, last ? 3 : 2)
		: !last || wire_write(connection, parts + 2, 1);
}

bool wire_send(int connection, int request, const char *bytes, size_t len, bool last)
{
	for (; len > FCGI_MAX_LENGTH; bytes += FCGI_MAX_LENGTH, len -= FCGI_MAX_LENGTH) {
		if (!wire_send_record(connection, request, bytes, FCGI_MAX_LENGTH, false)) {
			return false;
		}
	}
	return wire_send_record(connection, request, bytes, len, last);
}
