/*
 * Stands between php-fpm and a server, counts round trips, bytes and connections, and adds a network's delay to each round trip.
 * Usage: delay-proxy STATE LISTEN:TARGET...   (ports on 127.0.0.1; STATE has one struct route per pair, see counters.ts)
 *
 * A round trip is an answer after a question: a pipeline of questions is one, an answer in several packets is one. A new connection
 * costs one more, as TCP's handshake does; those of TLS pass as ordinary round trips. No limit of bandwidth is modelled.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct route {
    volatile uint64_t delay_us, trips, up, down, connections;
};
struct job {
    struct route *route;
    int client, target;
};

static void wait_us(uint64_t us) {
    struct timespec t = {us / 1000000, us % 1000000 * 1000};
    if (us) clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
}

static int send_all(int to, const char *data, ssize_t length) {
    while (length > 0) {
        ssize_t n = send(to, data, length, MSG_NOSIGNAL);
        if (n <= 0) return -1;
        data += n, length -= n;
    }
    return 0;
}

static struct sockaddr_in loopback(int port) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return a;
}

static void *carry(void *argument) {
    struct job job = *(struct job *)argument;
    free(argument);
    int one = 1, server = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in to = loopback(job.target);
    char *buffer = malloc(1 << 18);
    prctl(PR_SET_TIMERSLACK, 1);
    setsockopt(job.client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    __sync_fetch_and_add(&job.route->connections, 1);
    wait_us(job.route->delay_us);
    if (connect(server, (struct sockaddr *)&to, sizeof to) == 0) {
        struct pollfd fds[2] = {{job.client, POLLIN, 0}, {server, POLLIN, 0}};
        int asked = 0;
        for (;;) {
            if (poll(fds, 2, -1) < 0) break;
            if (fds[0].revents) {
                ssize_t n = recv(job.client, buffer, 1 << 18, 0);
                if (n <= 0 || send_all(server, buffer, n)) break;
                __sync_fetch_and_add(&job.route->up, n);
                asked = 1;
            }
            if (fds[1].revents) {
                ssize_t n = recv(server, buffer, 1 << 18, 0);
                if (n <= 0) break;
                if (asked) {
                    __sync_fetch_and_add(&job.route->trips, 1);
                    wait_us(job.route->delay_us);
                    asked = 0;
                }
                if (send_all(job.client, buffer, n)) break;
                __sync_fetch_and_add(&job.route->down, n);
            }
        }
    }
    free(buffer);
    close(server);
    close(job.client);
    return NULL;
}

__attribute__((noreturn)) static void *listen_on(void *argument) {
    struct job *job = argument;
    for (;;) {
        struct job *next = malloc(sizeof *next);
        pthread_t thread;
        *next = *job;
        next->client = accept(job->client, NULL, NULL);
        if (next->client < 0) {
            free(next);
            continue;
        }
        pthread_create(&thread, NULL, carry, next);
        pthread_detach(thread);
    }
}

int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN);
    int state = open(argv[1], O_RDWR | O_CREAT, 0600);
    size_t size = (argc - 2) * sizeof(struct route);
    if (argc < 3 || state < 0 || ftruncate(state, size)) return 2;
    struct route *routes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, state, 0);
    pthread_t thread = 0;
    for (int i = 2; i < argc; i++) {
        int from, to, one = 1;
        if (sscanf(argv[i], "%d:%d", &from, &to) != 2) return 2;
        struct job *job = malloc(sizeof *job);
        struct sockaddr_in at = loopback(from);
        *job = (struct job){&routes[i - 2], socket(AF_INET, SOCK_STREAM, 0), to};
        setsockopt(job->client, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
        if (bind(job->client, (struct sockaddr *)&at, sizeof at) || listen(job->client, 128)) {
            perror(argv[i]);
            return 1;
        }
        pthread_create(&thread, NULL, listen_on, job);
    }
    pthread_join(thread, NULL);
}
