/* The baseline: the roles of a conversation over TCP with plain blocking sockets.
   baseline echo                              prints its port and echoes what one client sends
   baseline ping PORT WARMUP COUNT SIZE       measures round trips, one at a time
   baseline sink                              prints its port and counts the lines that one client sends
   baseline source PORT COUNT SIZE BATCH      sends lines, BATCH of them in one write */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static int no_delay(int fd)
{
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

static int accept_one(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 8))
        die("listen");
    getsockname(listener, (struct sockaddr *)&address, &length);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return no_delay(accept(listener, NULL, NULL));
}

static int connect_to(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address))
        die("connect");
    return no_delay(fd);
}

static void send_all(int fd, const char *bytes, long count)
{
    while (count > 0) {
        ssize_t sent = send(fd, bytes, count, MSG_NOSIGNAL);
        if (sent < 0)
            die("send");
        bytes += sent;
        count -= sent;
    }
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void echo(void)
{
    char buffer[65536];
    int fd = accept_one();
    ssize_t count;
    while ((count = recv(fd, buffer, sizeof buffer, 0)) > 0)
        send_all(fd, buffer, count);
}

static void ping(int port, int warmup, int count, int size)
{
    char line[65536], buffer[65536];
    double *times = malloc(count * sizeof *times), begin = 0;
    int fd = connect_to(port);
    memset(line, 'x', size);
    line[size - 1] = '\n';
    for (int i = -warmup; i < count; i++) {
        double start = now();
        if (i == 0)
            begin = start;
        send_all(fd, line, size);
        for (int got = 0; got < size;) {
            ssize_t n = recv(fd, buffer, sizeof buffer, 0);
            if (n <= 0)
                die("recv");
            got += n;
        }
        if (i >= 0)
            times[i] = now() - start;
    }
    double mean = (now() - begin) / count;
    qsort(times, count, sizeof *times, compare_doubles);
    printf("p50=%.3f p99=%.3f mean=%.3f\n", times[count / 2], times[(long)count * 99 / 100], mean);
}

static void sink(void)
{
    static char buffer[65536];
    int fd = accept_one();
    long lines = 0;
    double begin = 0;
    ssize_t n;
    while ((n = recv(fd, buffer, sizeof buffer, 0)) > 0) {
        if (!begin)
            begin = now();
        for (char *at = buffer; (at = memchr(at, '\n', buffer + n - at)); at++)
            lines++;
    }
    printf("rate=%.0f\n", lines / (now() - begin) * 1e6);
}

static void source(int port, long count, int size, int batch)
{
    char *lines = malloc((long)size * batch);
    int fd = connect_to(port);
    memset(lines, 'x', (long)size * batch);
    for (int i = 1; i <= batch; i++)
        lines[(long)i * size - 1] = '\n';
    for (; count > 0; count -= batch)
        send_all(fd, lines, (long)size * (count < batch ? count : batch));
}

int main(int argc, char **argv)
{
    const char *role = argc > 1 ? argv[1] : "";
    if (!strcmp(role, "echo"))
        echo();
    else if (!strcmp(role, "ping") && argc == 6)
        ping(atoi(argv[2]), atoi(argv[3]), atoi(argv[4]), atoi(argv[5]));
    else if (!strcmp(role, "sink"))
        sink();
    else if (!strcmp(role, "source") && argc == 6)
        source(atoi(argv[2]), atol(argv[3]), atoi(argv[4]), atoi(argv[5]));
    else
        return fprintf(stderr, "Usage: baseline echo | ping PORT WARMUP COUNT SIZE | sink | source PORT COUNT SIZE BATCH\n"), 2;
    return 0;
}
