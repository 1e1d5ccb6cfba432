// A training step of a lattice whose inputs set stiffnesses through CHOLMOD, sample by sample.
//
//     gcc -O3 -march=native -I/usr/include/suitesparse -o lattice lattice.c -lcholmod -lm
//     OMP_THREAD_LIMIT=1 OPENBLAS_NUM_THREADS=1 ./lattice update|factor TASK ROUNDS
//
// update: one LDL^T a step without inputs, which every sample updates by its input springs and then downdates again.
// factor: a supernodal Cholesky factorisation for every sample; of the matrix, only what inputs set is assembled anew.
#include <cholmod.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void die(const char *why) {
    fprintf(stderr, "%s\n", why);
    exit(1);
}

static void *get(FILE *f, size_t size, int64_t count) {
    void *p = malloc(size * (size_t)count);
    if (!p || fread(p, size, (size_t)count, f) != (size_t)count) die("the task ends early");
    return p;
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int64_t n, m, entries, springs, q, samples;
static int32_t *ptr, *col, *rd;
static double *val, *k, *load, *x, *slope;

// A place of D that a mode adds to.
typedef struct { int at; double by; } place;
static place *places; // of every mode, one after the other
static int64_t *first;

static double size(const double *p, int64_t count) {
    double sum = 0;
    for (int64_t i = 0; i < count; i++) sum += fabs(p[i]);
    return sum;
}

// pattern is the lower triangle of C^T C.
static cholmod_sparse *pattern(cholmod_common *c) {
    int64_t most = 0, count = 0, *list;
    for (int64_t i = 0; i < m; i++) most += (ptr[i + 1] - ptr[i]) * (ptr[i + 1] - ptr[i]);
    list = malloc(8 * (size_t)most);
    for (int64_t i = 0; i < m; i++)
        for (int a = ptr[i]; a < ptr[i + 1]; a++)
            for (int b = ptr[i]; b < ptr[i + 1]; b++)
                if (col[a] >= col[b]) list[count++] = col[b] * n + col[a];
    qsort(list, (size_t)count, 8, ascending);
    int64_t kept = 0;
    for (int64_t i = 0; i < count; i++)
        if (!i || list[i] != list[i - 1]) list[kept++] = list[i];
    cholmod_sparse *d = cholmod_allocate_sparse((size_t)n, (size_t)n, (size_t)kept, 1, 1, -1, CHOLMOD_REAL, c);
    int *columns = d->p, *rows = d->i;
    memset(columns, 0, 4 * (size_t)(n + 1));
    for (int64_t i = 0; i < kept; i++) rows[i] = (int)(list[i] % n), columns[list[i] / n + 1]++;
    for (int64_t j = 0; j < n; j++) columns[j + 1] += columns[j];
    places = malloc(sizeof(place) * (size_t)count), first = malloc(8 * (size_t)(m + 1));
    int64_t at = 0;
    for (int64_t i = 0; i < m; i++) {
        first[i] = at;
        for (int a = ptr[i]; a < ptr[i + 1]; a++)
            for (int b = ptr[i]; b < ptr[i + 1]; b++) {
                if (col[a] < col[b]) continue;
                int64_t key = col[b] * n + col[a];
                int64_t *found = bsearch(&key, list, (size_t)kept, 8, ascending);
                places[at++] = (place){(int)(found - list), val[a] * val[b]};
            }
    }
    first[m] = at;
    return d;
}

static void add(double *d, int64_t mode, double stiffness) {
    for (int64_t a = first[mode]; a < first[mode + 1]; a++) d[places[a].at] += stiffness * places[a].by;
}

int main(int argc, char **argv) {
    if (argc != 4) die("usage: lattice update|factor TASK ROUNDS");
    int update = !strcmp(argv[1], "update");
    FILE *f = fopen(argv[2], "rb");
    if (!f) die("no such task");
    int64_t *head = get(f, 8, 6);
    n = head[0], m = head[1], entries = head[2], springs = head[3], q = head[4], samples = head[5];
    ptr = get(f, 4, m + 1), col = get(f, 4, entries), val = get(f, 8, entries), k = get(f, 8, m), load = get(f, 8, n), rd = get(f, 4, q);
    x = get(f, 8, samples * springs), slope = get(f, 8, samples * q);
    cholmod_common c;
    cholmod_start(&c);
    c.print = 0, c.nmethods = 1, c.method[0].ordering = update ? CHOLMOD_AMD : CHOLMOD_METIS, c.postorder = 1;
    c.supernodal = update ? CHOLMOD_SIMPLICIAL : CHOLMOD_SUPERNODAL, c.final_ll = !update;
    cholmod_sparse *D = pattern(&c);
    double *d = D->x, *base = malloc(8 * D->nzmax);
    memset(d, 0, 8 * D->nzmax);
    for (int64_t i = 0; i < m; i++) add(d, i, k[i]);
    cholmod_factor *L = cholmod_analyze(D, &c);
    if (!L) die("CHOLMOD cannot analyse this matrix");
    int *place_of = malloc(4 * (size_t)n);
    for (int64_t i = 0; i < n; i++) place_of[((int *)L->Perm)[i]] = (int)i;
    cholmod_dense *both = cholmod_zeros((size_t)n, 2, CHOLMOD_REAL, &c), *U = NULL, *Y = NULL, *E = NULL;
    double *out = malloc(8 * (size_t)(samples * q)), *g = malloc(8 * (size_t)m), best = 1e9;
    cholmod_sparse *change = cholmod_allocate_sparse((size_t)n, (size_t)springs, (size_t)(springs * 8), 1, 1, 0, CHOLMOD_REAL, &c);
    for (int round = 0; round < atoi(argv[3]); round++) {
        double start = seconds();
        memset(base, 0, 8 * D->nzmax);
        for (int64_t i = 0; i < m - springs; i++) add(base, i, k[i]);
        if (update) {
            memcpy(d, base, 8 * D->nzmax);
            cholmod_factorize(D, L, &c);
        }
        memset(g, 0, 8 * (size_t)m);
        for (int64_t s = 0; s < samples; s++) {
            const double *in = x + s * springs;
            if (update) {
                int *p = change->p, *rows = change->i, at = 0, columns = 0;
                double *v = change->x;
                p[0] = 0;
                for (int64_t i = 0; i < springs; i++) {
                    int64_t mode = m - springs + i;
                    if (in[i] == 0) continue;
                    double root = sqrt(k[mode] * in[i]);
                    for (int a = ptr[mode]; a < ptr[mode + 1]; a++) { // rows ascending, in the order of L
                        int row = place_of[col[a]], to = at++;
                        for (; to > p[columns] && rows[to - 1] > row; to--) rows[to] = rows[to - 1], v[to] = v[to - 1];
                        rows[to] = row, v[to] = root * val[a];
                    }
                    p[++columns] = at;
                }
                change->ncol = (size_t)columns;
                cholmod_updown(1, change, L, &c);
            } else {
                memcpy(d, base, 8 * D->nzmax);
                for (int64_t i = 0; i < springs; i++)
                    if (in[i] != 0) add(d, m - springs + i, k[m - springs + i] * in[i]);
                cholmod_factorize(D, L, &c);
            }
            if (c.status != CHOLMOD_OK) die("CHOLMOD cannot factorise this matrix");
            double *b = both->x;
            memcpy(b, load, 8 * (size_t)n), memset(b + n, 0, 8 * (size_t)n);
            for (int64_t o = 0; o < q; o++) b[n + rd[o]] = -slope[s * q + o];
            cholmod_solve2(CHOLMOD_A, L, both, NULL, &U, NULL, &Y, &E, &c);
            const double *u = U->x, *a = u + n;
            for (int64_t o = 0; o < q; o++) out[s * q + o] = u[rd[o]];
            for (int64_t i = 0; i < m; i++) {
                double e = 0, back = 0;
                for (int t = ptr[i]; t < ptr[i + 1]; t++) e += val[t] * u[col[t]], back += val[t] * a[col[t]];
                g[i] += e * back * (i < m - springs ? 1 : in[i - m + springs]);
            }
            if (update) cholmod_updown(0, change, L, &c);
        }
        double took = seconds() - start;
        if (took < best) best = took;
    }
    printf("%.9g %.17g %.17g %.17g\n", best, size(out, samples * q), size(g, m - springs), size(g + m - springs, springs));
    return 0;
}
