/*
 * Loaded into php-fpm (LD_PRELOAD): makes one folder behave like shared storage, and counts what is done there.
 * SLOW_FILES_ROOT: the folder. SLOW_FILES_STATE: a file with one struct state, see counters.ts.
 *
 * As an NFS client does: an open asks the server once (close-to-open), data is then read from the page cache; attributes are asked
 * for once in 30 s per path; creating, closing a written file, renaming, deleting and locking each ask once. No limit of throughput
 * or of operations per second is modelled.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PATHS 65536
#define DESCRIPTORS 4096
#define ATTRIBUTES_S 30

struct state {
    volatile uint64_t read_us, write_us, opens, writes, stats;
};
static struct state none, *state = &none;
static const char *root;
static size_t root_length;
static struct { uint64_t hash; time_t at; } seen[PATHS];
static char written[DESCRIPTORS];

__attribute__((constructor)) static void start(void) {
    const char *file = getenv("SLOW_FILES_STATE");
    root = getenv("SLOW_FILES_ROOT");
    /* php-fpm writes its title over the environment. */
    root = root ? strdup(root) : NULL;
    int fd = file ? open(file, O_RDWR | O_CREAT, 0600) : -1;
    if (fd < 0 || !root || ftruncate(fd, sizeof *state)) {
        root = NULL;
        return;
    }
    root_length = strlen(root);
    state = mmap(NULL, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
}

static int shared(const char *path) {
    return root && path && strncmp(path, root, root_length) == 0;
}

static void ask(uint64_t us) {
    struct timespec t = {us / 1000000, us % 1000000 * 1000};
    if (us) clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
}

static void change(const char *path) {
    if (!shared(path)) return;
    __sync_fetch_and_add(&state->writes, 1);
    ask(state->write_us);
}

static void look(const char *path) {
    if (!shared(path)) return;
    uint64_t hash = 14695981039346656037ULL;
    for (const char *p = path; *p; p++) hash = (hash ^ (unsigned char)*p) * 1099511628211ULL;
    time_t now = time(NULL);
    if (seen[hash % PATHS].hash == hash && now - seen[hash % PATHS].at < ATTRIBUTES_S) return;
    seen[hash % PATHS].hash = hash, seen[hash % PATHS].at = now;
    __sync_fetch_and_add(&state->stats, 1);
    ask(state->read_us);
}

static void opening(const char *path, int flags) {
    if (!shared(path)) return;
    __sync_fetch_and_add(&state->opens, 1);
    if (flags & (O_CREAT | O_TRUNC)) change(path);
    else ask(state->read_us);
}

static int opened(int fd, const char *path, int flags) {
    if (fd >= 0 && fd < DESCRIPTORS) written[fd] = shared(path) && (flags & O_ACCMODE) != O_RDONLY;
    return fd;
}

#define REAL(name) static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
#define MODE(after) mode_t mode = 0; if (flags & (O_CREAT | O_TMPFILE)) { va_list list; va_start(list, after); mode = va_arg(list, mode_t); va_end(list); }
#define OPEN(name) int name(const char *path, int flags, ...) { REAL(name); MODE(flags) opening(path, flags); return opened(real(path, flags, mode), path, flags); }
#define OPENAT(name) int name(int at, const char *path, int flags, ...) { REAL(name); MODE(flags) opening(path, flags); return opened(real(at, path, flags, mode), path, flags); }
#define STAT(name, type) int name(const char *path, struct type *s) { REAL(name); look(path); return real(path, s); }
#define CHANGE(name) int name(const char *path) { REAL(name); change(path); return real(path); }

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)
STAT(stat, stat)
STAT(stat64, stat64)
STAT(lstat, stat)
STAT(lstat64, stat64)
CHANGE(unlink)
CHANGE(rmdir)

int access(const char *path, int mode) { REAL(access); look(path); return real(path, mode); }
int mkdir(const char *path, mode_t mode) { REAL(mkdir); change(path); return real(path, mode); }
int rename(const char *from, const char *to) { REAL(rename); change(to); return real(from, to); }
DIR *opendir(const char *path) { REAL(opendir); opening(path, O_RDONLY); return real(path); }
int flock(int fd, int operation) { int flock(int, int); static int (*real)(int, int); if (!real) real = dlsym(RTLD_NEXT, "flock"); if (fd >= 0 && fd < DESCRIPTORS && written[fd]) ask(state->read_us); return real(fd, operation); }

int close(int fd) {
    REAL(close);
    if (fd >= 0 && fd < DESCRIPTORS && written[fd]) {
        written[fd] = 0;
        __sync_fetch_and_add(&state->writes, 1);
        ask(state->write_us);
    }
    return real(fd);
}
