/*
 * The floor of FastCGI: a program on libfcgi that answers every request with the bytes of a file.
 *
 *   bytes SOCKET THREADS FOLDER    a request for /users is answered with FOLDER/users.json
 */
#include <fcgiapp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BACKLOG = 1024, ANSWERS_MAX = 8 };

struct answer {
	char path[64];
	char *bytes;
	int size;
};

static struct answer answers[ANSWERS_MAX];
static const char *folder;
static int listener;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER; /* libfcgi's accept wants one at a time */

/* Reads a file; a size of 0 where there is none. */
static void answer_load(struct answer *answer)
{
	char name[4096];
	FILE *file;
	long size;

	snprintf(name, sizeof(name), "%s%s.json", folder, answer->path);
	file = fopen(name, "re");
	if (file == NULL) {
		return;
	}
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	answer->bytes = malloc((size_t)size + 1);
	if (answer->bytes != NULL && fread(answer->bytes, 1, (size_t)size, file) == (size_t)size) {
		answer->size = (int)size;
	}
	fclose(file);
}

/* Each file is read before anybody asks. */
static const struct answer *answer_find(const char *path)
{
	for (size_t i = 0; path != NULL && answers[i].path[0] != '\0'; i++) {
		if (strcmp(answers[i].path, path) == 0) {
			return &answers[i];
		}
	}
	return NULL;
}

static void answer_put(FCGX_Request *request)
{
	const struct answer *answer = answer_find(FCGX_GetParam("DOCUMENT_URI", request->envp));

	if (answer == NULL) {
		FCGX_PutS("Status: 404\r\n\r\n", request->out);
		return;
	}
	FCGX_FPrintF(request->out, "Status: 200\r\nContent-Type: application/json\r\n"
		"Content-Length: %d\r\nCache-Control: no-store\r\n\r\n", answer->size);
	FCGX_PutStr(answer->bytes, answer->size, request->out);
}

static void *work(void *unused)
{
	FCGX_Request request;
	int got;

	(void)unused;
	FCGX_InitRequest(&request, listener, 0);
	do {
		pthread_mutex_lock(&turn);
		got = FCGX_Accept_r(&request);
		pthread_mutex_unlock(&turn);
		if (got == 0) {
			answer_put(&request);
			FCGX_Finish_r(&request);
		}
	} while (got == 0);
	return NULL;
}

int main(int argc, char **argv)
{
	static const char *const paths[] = { "/users", "/clients" };
	pthread_t thread;

	if (argc != 4 || FCGX_Init() != 0) {
		fprintf(stderr, "usage: bytes SOCKET THREADS FOLDER\n");
		return EXIT_FAILURE;
	}
	signal(SIGTERM, SIG_DFL); /* libfcgi has taken it for itself */
	folder = argv[3];
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		snprintf(answers[i].path, sizeof(answers[i].path), "%s", paths[i]);
		answer_load(&answers[i]);
	}
	listener = FCGX_OpenSocket(argv[1], BACKLOG);
	for (int i = 1; listener >= 0 && i < atoi(argv[2]); i++) {
		pthread_create(&thread, NULL, work, NULL);
	}
	return listener < 0 ? EXIT_FAILURE : (work(NULL), EXIT_SUCCESS);
}
