/* The baseline over TLS: the roles of a conversation with OpenSSL over blocking sockets.
   baseline_tls echo PEM                          prints its port and echoes what one client sends; PEM contains certificate and key
   baseline_tls ping PORT WARMUP COUNT SIZE       measures round trips, one at a time */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

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

static int open_socket(int port, int listening)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port) };
    socklen_t length = sizeof address;
    int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    if (listening) {
        if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 8))
            die("listen");
        getsockname(fd, (struct sockaddr *)&address, &length);
        printf("%d\n", ntohs(address.sin_port));
        fflush(stdout);
        fd = accept(fd, NULL, NULL);
    } else if (connect(fd, (struct sockaddr *)&address, sizeof address)) {
        die("connect");
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void echo(const char *pem)
{
    char buffer[65536];
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (SSL_CTX_use_certificate_file(context, pem, SSL_FILETYPE_PEM) != 1 || SSL_CTX_use_PrivateKey_file(context, pem, SSL_FILETYPE_PEM) != 1)
        die("certificate");
    SSL *tls = SSL_new(context);
    SSL_set_fd(tls, open_socket(0, 1));
    if (SSL_accept(tls) != 1)
        die("SSL_accept");
    int count;
    while ((count = SSL_read(tls, buffer, sizeof buffer)) > 0)
        SSL_write(tls, buffer, count);
}

static void ping(int port, int warmup, int count, int size)
{
    char line[65536], buffer[65536];
    double *times = malloc(count * sizeof *times), begin = 0;
    SSL *tls = SSL_new(SSL_CTX_new(TLS_client_method()));
    SSL_set_fd(tls, open_socket(port, 0));
    if (SSL_connect(tls) != 1)
        die("SSL_connect");
    memset(line, 'x', size);
    line[size - 1] = '\n';
    for (int i = -warmup; i < count; i++) {
        double start = now();
        if (i == 0)
            begin = start;
        SSL_write(tls, line, size);
        for (int got = 0; got < size;) {
            int n = SSL_read(tls, buffer, sizeof buffer);
            if (n <= 0)
                die("SSL_read");
            got += n;
        }
        if (i >= 0)
            times[i] = now() - start;
    }
    double mean = (now() - begin) / count;
    qsort(times, count, sizeof *times, compare_doubles);
    printf("p50=%.3f p99=%.3f mean=%.3f\n", times[count / 2], times[(long)count * 99 / 100], mean);
}

int main(int argc, char **argv)
{
    if (argc == 3 && !strcmp(argv[1], "echo"))
        echo(argv[2]);
    else if (argc == 6 && !strcmp(argv[1], "ping"))
        ping(atoi(argv[2]), atoi(argv[3]), atoi(argv[4]), atoi(argv[5]));
    else
        return fprintf(stderr, "Usage: baseline_tls echo PEM | ping PORT WARMUP COUNT SIZE\n"), 2;
    return 0;
}
