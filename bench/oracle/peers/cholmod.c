// Solves A x = b by CHOLMOD with its default settings (supernodal where that
// pays). The input file holds, in the machine's own byte order, three 64-bit
// integers n, entries, columns; then int32 pointers (n + 1) and rows (entries)
// of the lower triangle by columns, its values, and b (columns of length n) as
// doubles. The output file holds x like b.
//
//     gcc -O2 -I/usr/include/suitesparse -o cholmod cholmod.c -lcholmod
//     ./cholmod INPUT OUTPUT
#include <cholmod.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void get(void *to, size_t size, size_t count, FILE *f) {
    if (fread(to, size, count, f) != count) {
        fprintf(stderr, "the input ends too early\n");
        exit(1);
    }
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: cholmod INPUT OUTPUT\n");
        return 2;
    }
    FILE *in = fopen(argv[1], "rb"), *out = fopen(argv[2], "wb");
    if (!in || !out) {
        perror(in ? argv[2] : argv[1]);
        return 1;
    }
    int64_t size[3];
    get(size, sizeof *size, 3, in);
    size_t n = size[0], entries = size[1], columns = size[2];

    cholmod_common c;
    cholmod_start(&c);
    cholmod_sparse *a = cholmod_allocate_sparse(n, n, entries, 1, 1, -1, CHOLMOD_REAL, &c);
    cholmod_dense *b = cholmod_allocate_dense(n, columns, n, CHOLMOD_REAL, &c);
    get(a->p, sizeof(int), n + 1, in);
    get(a->i, sizeof(int), entries, in);
    get(a->x, sizeof(double), entries, in);
    get(b->x, sizeof(double), n * columns, in);

    cholmod_factor *l = cholmod_analyze(a, &c);
    if (!cholmod_factorize(a, l, &c) || c.status != CHOLMOD_OK || l->minor < n) {
        fprintf(stderr, "refused: status %d at column %zu\n", c.status, l->minor);
        return 3;
    }
    cholmod_dense *x = cholmod_solve(CHOLMOD_A, l, b, &c);
    if (!x || fwrite(x->x, sizeof(double), n * columns, out) != n * columns || fclose(out)) {
        fprintf(stderr, "no solution was written\n");
        return 1;
    }
    cholmod_free_dense(&x, &c);
    cholmod_free_dense(&b, &c);
    cholmod_free_factor(&l, &c);
    cholmod_free_sparse(&a, &c);
    cholmod_finish(&c);
    return 0;
}
