// What every peer does with a lattice: read its file (format in ../file.go), add
// the stiffness of each bond into the lower triangle of D, and multiply the
// elongations of each bond. Loops over axes are written for a constant dimension,
// so that the compiler unrolls them.
#ifndef LATTICE_H
#define LATTICE_H
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_PORTS = 16, MOST_RUNS = 1000 };

typedef struct {
    int64_t dim, nodes, bonds, free_nodes, inputs, outputs; // header
    int64_t each, modes; // unknowns of a free node, deformations of a bond; dim and 1 for bars
    double *rows;        // of a frame: bonds x modes x 2 each; NULL for bars
    double *pos;       // nodes x dim
    int32_t *unknown;  // number of each node among the free ones, -1 where held
    int32_t *end;      // bonds x 2
    double *direction; // bonds x dim
    double *k;         // bonds x modes
    int32_t *in, *out; // unknowns that are loaded and read
    int64_t n, entries;
    int64_t *ptr; // lower triangle of D, column by column
    int32_t *row;
    double *val;   // one more than entries: terms of held ends go there
    int32_t *slot; // places in val of the terms of each bond
} lattice;

// seconds of the wall, or of the processors that this process has taken; see now in ../step.go.
static double seconds(void) {
    struct timespec t;
    const char *clock = getenv("ENGINE_CLOCK");
    clock_gettime(clock && !strcmp(clock, "processor") ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}

static void die(const char *what) {
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static void *room(size_t bytes) {
    void *p = malloc(bytes ? bytes : 1);
    if (!p) die("out of memory");
    return p;
}

#define NEW(type, count) ((type *)room(sizeof(type) * (size_t)(count)))

static void *take(FILE *f, size_t size, int64_t count, int64_t spare) {
    void *p = room(size * (size_t)(count + spare));
    if (fread(p, size, (size_t)count, f) != (size_t)count) die("the lattice file is too short");
    return p;
}

static lattice *read_lattice(const char *path) {
    FILE *f = fopen(path, "rb");
    if (!f) die("the lattice file cannot be opened");
    lattice *l = NEW(lattice, 1);
    int64_t *h = (int64_t *)take(f, 8, 7, 0);
    int frame = h[0] == 0x4d4e4e32;
    if (h[0] != 0x4d4e4e31 && !frame) die("this is no lattice file");
    l->dim = h[1], l->nodes = h[2], l->bonds = h[3], l->free_nodes = h[4], l->inputs = h[5], l->outputs = h[6];
    if ((l->dim != 2 && l->dim != 3) || l->inputs + l->outputs > MOST_PORTS) die("dimension or ports are beyond this program");
    l->each = l->dim, l->modes = 1, l->rows = NULL, l->direction = NULL;
    if (frame) {
        int64_t *more = (int64_t *)take(f, 8, 2, 0);
        l->each = more[0], l->modes = more[1];
        if (l->each != 3 || l->modes != 3) die("this program knows frames in the plane only");
        free(more);
    }
    l->pos = (double *)take(f, 8, l->nodes * l->dim, 0);
    l->unknown = (int32_t *)take(f, 4, l->nodes, 0);
    l->end = (int32_t *)take(f, 4, 2 * l->bonds, 0);
    if (frame) l->rows = (double *)take(f, 8, l->bonds * l->modes * 2 * l->each, 0);
    else l->direction = (double *)take(f, 8, l->bonds * l->dim, 0);
    l->k = (double *)take(f, 8, l->bonds * l->modes, 0);
    l->in = (int32_t *)take(f, 4, l->inputs, 0);
    l->out = (int32_t *)take(f, 4, l->outputs, 0);
    int64_t *size = (int64_t *)take(f, 8, 2, 0);
    l->n = size[0], l->entries = size[1];
    l->ptr = (int64_t *)take(f, 8, l->n + 1, 0);
    l->row = (int32_t *)take(f, 4, l->entries, 0);
    l->val = (double *)take(f, 8, l->entries, 1);
    l->slot = NULL;
    free(h);
    free(size);
    fclose(f);
    return l;
}

// place is where entry (row, col), row >= col, is stored.
static int32_t place(const lattice *l, int64_t row, int64_t col) {
    int64_t low = l->ptr[col], high = l->ptr[col + 1];
    while (low < high) {
        int64_t mid = (low + high) / 2;
        if (l->row[mid] < row) low = mid + 1;
        else high = mid;
    }
    if (low == l->ptr[col + 1] || l->row[low] != row) die("the pattern lacks an entry");
    return (int32_t)low;
}

// Terms of a bond: the lower triangles of two diagonal blocks, then a full block.
static void find_slots(lattice *l) {
    int d = (int)l->each, terms = d * (d + 1) + d * d;
    int32_t *s = l->slot = NEW(int32_t, l->bonds * terms);
    for (int64_t m = 0; m < l->bonds; m++) {
        int64_t at[2] = {l->unknown[l->end[2 * m]], l->unknown[l->end[2 * m + 1]]};
        for (int e = 0; e < 2; e++)
            for (int a = 0; a < d; a++)
                for (int b = 0; b <= a; b++) *s++ = at[e] < 0 ? (int32_t)l->entries : place(l, at[e] * d + a, at[e] * d + b);
        int64_t high = at[0] > at[1] ? at[0] : at[1], low = at[0] + at[1] - high;
        for (int a = 0; a < d; a++)
            for (int b = 0; b < d; b++) *s++ = low < 0 ? (int32_t)l->entries : place(l, high * d + a, low * d + b);
    }
}

static inline void assemble_in(const lattice *l, const double *k, const int d) {
    double *val = l->val;
    const int32_t *s = l->slot;
    const double *dir = l->direction;
    memset(val, 0, sizeof(double) * (size_t)(l->entries + 1));
    for (int64_t m = 0; m < l->bonds; m++, dir += d) {
        double block[9];
        for (int a = 0; a < d; a++)
            for (int b = 0; b < d; b++) block[a * d + b] = k[m] * dir[a] * dir[b];
        for (int e = 0; e < 2; e++)
            for (int a = 0; a < d; a++)
                for (int b = 0; b <= a; b++) val[*s++] += block[a * d + b];
        for (int i = 0; i < d * d; i++) val[*s++] -= block[i];
    }
}

// The same for beams: three modes over the six unknowns of both ends.
static void assemble_frame(const lattice *l, const double *k) {
    enum { D = 3, N = 2 * D };
    double *val = l->val;
    const int32_t *s = l->slot;
    const double *c = l->rows;
    memset(val, 0, sizeof(double) * (size_t)(l->entries + 1));
    for (int64_t m = 0; m < l->bonds; m++, c += D * N, k += D) {
        double h[N][N];
        for (int p = 0; p < N; p++)
            for (int q = 0; q < N; q++) h[p][q] = k[0] * c[p] * c[q] + k[1] * c[N + p] * c[N + q] + k[2] * c[2 * N + p] * c[2 * N + q];
        for (int e = 0; e < N; e += D)
            for (int a = 0; a < D; a++)
                for (int b = 0; b <= a; b++) val[*s++] += h[e + a][e + b];
        int high = l->unknown[l->end[2 * m]] > l->unknown[l->end[2 * m + 1]] ? 0 : D;
        for (int a = 0; a < D; a++)
            for (int b = 0; b < D; b++) val[*s++] += h[high + a][D - high + b];
    }
}

// assemble puts D for the stiffnesses k into l->val.
static void assemble(const lattice *l, const double *k) {
    if (l->rows) assemble_frame(l, k);
    else if (l->dim == 2) assemble_in(l, k, 2);
    else assemble_in(l, k, 3);
}

static inline double elongation(const double *u, const double *dir, int64_t i, int64_t j, const int d) {
    double e = 0;
    for (int a = 0; a < d; a++) e += ((j < 0 ? 0 : u[j * d + a]) - (i < 0 ? 0 : u[i * d + a])) * dir[a];
    return e;
}

static inline void products_in(const lattice *l, const double *in, const double *out, const double *w, double *g, const int d) {
    int p = (int)l->inputs, q = (int)l->outputs;
    for (int64_t m = 0; m < l->bonds; m++) {
        int64_t i = l->unknown[l->end[2 * m]], j = l->unknown[l->end[2 * m + 1]];
        const double *dir = l->direction + m * d;
        double adjoint[MOST_PORTS], sum = 0;
        for (int t = 0; t < q; t++) adjoint[t] = elongation(out + t * l->n, dir, i, j, d);
        for (int s = 0; s < p; s++) {
            double v = 0;
            for (int t = 0; t < q; t++) v += w[s * q + t] * adjoint[t];
            sum += v * elongation(in + s * l->n, dir, i, j, d);
        }
        g[m] = -sum;
    }
}

static void products_frame(const lattice *l, const double *in, const double *out, const double *w, double *g) {
    enum { D = 3, N = 2 * D };
    int p = (int)l->inputs, q = (int)l->outputs;
    const double *c = l->rows;
    for (int64_t m = 0; m < l->bonds; m++, c += D * N, g += D) {
        int64_t at[2] = {l->unknown[l->end[2 * m]], l->unknown[l->end[2 * m + 1]]};
        double adjoint[MOST_PORTS][D], sum[D] = {0};
        for (int t = 0; t < p + q; t++) {
            const double *u = t < q ? out + t * l->n : in + (t - q) * l->n;
            double local[N], e[D] = {0};
            for (int a = 0; a < N; a++) local[a] = at[a / D] < 0 ? 0 : u[at[a / D] * D + a % D];
            for (int mode = 0; mode < D; mode++)
                for (int a = 0; a < N; a++) e[mode] += c[mode * N + a] * local[a];
            if (t < q) {
                memcpy(adjoint[t], e, sizeof e);
                continue;
            }
            for (int mode = 0; mode < D; mode++) {
                double v = 0;
                for (int o = 0; o < q; o++) v += w[(t - q) * q + o] * adjoint[o][mode];
                sum[mode] += v * e[mode];
            }
        }
        for (int mode = 0; mode < D; mode++) g[mode] = -sum[mode];
    }
}

// bond_products: g[m] = - sum over s, t of w[s][t] e_in[m][s] e_out[m][t], from
// the displacements under unit loads at the ports (n x inputs, n x outputs, by columns).
static void bond_products(const lattice *l, const double *in, const double *out, const double *w, double *g) {
    if (l->rows) products_frame(l, in, out, w, g);
    else if (l->dim == 2) products_in(l, in, out, w, g, 2);
    else products_in(l, in, out, w, g, 3);
}

static void weights(const lattice *l, double *w) {
    for (int i = 0; i < l->inputs * l->outputs; i++) w[i] = 0.1 * (i % 7 - 3);
}

// checksum is the sum of absolute values.
static double checksum(const double *g, int64_t count) {
    double s = 0;
    for (int64_t m = 0; m < count; m++) s += g[m] < 0 ? -g[m] : g[m];
    return s;
}

// residual is the largest entry of D x - b for the unit load b at one unknown.
static double residual(const lattice *l, const double *x, int64_t load) {
    double *r = NEW(double, l->n), worst = 0;
    memset(r, 0, sizeof(double) * (size_t)l->n);
    r[load] = -1;
    for (int64_t j = 0; j < l->n; j++)
        for (int64_t e = l->ptr[j]; e < l->ptr[j + 1]; e++) {
            r[l->row[e]] += l->val[e] * x[j];
            if (l->row[e] != j) r[j] += l->val[e] * x[l->row[e]];
        }
    for (int64_t j = 0; j < l->n; j++) {
        double v = r[j] < 0 ? -r[j] : r[j];
        if (v > worst) worst = v;
    }
    free(r);
    return worst;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// median sorts the times; least is valid afterwards as times[0].
static double median(double *times, int count) {
    qsort(times, (size_t)count, sizeof(double), ascending);
    return (times[(count - 1) / 2] + times[count / 2]) / 2;
}

// peak_mb is the most memory that this process has taken so far, in MiB (Linux;
// getrusage would also count the process that started this one).
static double peak_mb(void) {
    char line[256];
    double kb = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f)) sscanf(line, "VmHWM: %lf", &kb);
    if (f) fclose(f);
    return kb / 1024;
}

// times of each run, and what is printed: the fields of report in ../report.go.
typedef struct {
    double assemble[MOST_RUNS], factor[MOST_RUNS], solve[MOST_RUNS], solve_all[MOST_RUNS], bond[MOST_RUNS], step[MOST_RUNS];
} run_times;

static void print_report(const lattice *l, const char *solver, run_times *t, int runs, double analyze, int fronts,
                         double entries, double stored, double flops, double sum, double res) {
    double peak = peak_mb(), apart = median(t->solve, runs), together = median(t->solve_all, runs);
    double assembling = median(t->assemble, runs), factoring = median(t->factor, runs), multiplying = median(t->bond, runs);
    // Ports may be solved for in two calls or in one: what is faster counts.
    for (int r = 0; r < runs && together < apart; r++) t->step[r] += together - apart;
    double solving = together < apart ? together : apart;
    median(t->step, runs);
    printf("{\"solver\": \"%s\", \"n\": %lld, \"bonds\": %lld, \"runs\": %d, \"fronts\": %d, \"analyze\": %.6g, \"assemble\": %.6g, "
           "\"factor\": %.6g, \"solve\": %.6g, \"bond\": %.6g, \"step\": %.6g, \"least_factor\": %.6g, \"least_step\": %.6g, "
           "\"entries\": %.0f, \"stored\": %.0f, \"flops\": %.0f, \"peak_mb\": %.1f, \"residual\": %.2e, \"checksum\": %.15g}\n",
           solver, (long long)l->n, (long long)l->bonds, runs, fronts, analyze, assembling, factoring, solving, multiplying,
           assembling + factoring + solving + multiplying, t->factor[0], t->step[0], entries, stored, flops, peak, res, sum);
}
#endif
