// A training step of a hub network in C with OpenBLAS: readings and gradients of a batch, float64.
//
//     gcc -O3 -march=native -fopenmp-simd -o hubs hubs.c -lopenblas -lm
//     OPENBLAS_CORETYPE=SkylakeX OPENBLAS_NUM_THREADS=1 ./hubs TASK ROUNDS
//
// The batch is the fast index, so that every loop is over contiguous numbers and is vectorised; what is a matrix product is one.
#include <cblas.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t h, m, q, n, channels;
static int32_t *rows;
static double *w, *s, *g, *v, *o, *x, *slope;

static void *get(FILE *f, size_t size, int64_t count) {
    void *p = aligned_alloc(64, (size * (size_t)count + 63) / 64 * 64);
    if (!p || fread(p, size, (size_t)count, f) != (size_t)count) {
        fprintf(stderr, "the task ends early\n");
        exit(1);
    }
    return p;
}

static double *room(int64_t count) {
    double *p = aligned_alloc(64, ((size_t)count * 8 + 63) / 64 * 64);
    memset(p, 0, (size_t)count * 8);
    return p;
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double size(const double *p, int64_t count) {
    double sum = 0;
    for (int64_t i = 0; i < count; i++) sum += fabs(p[i]);
    return sum;
}

// solve overwrites q x n right-hand sides, with L of every sample and the inverse of its diagonal.
static void solve(const double *l, const double *li, double *y) {
    for (int64_t i = 0; i < q; i++) {
        for (int64_t k = 0; k < i; k++)
            for (int64_t b = 0; b < n; b++) y[i * n + b] -= l[(i * q + k) * n + b] * y[k * n + b];
        for (int64_t b = 0; b < n; b++) y[i * n + b] *= li[i * n + b];
    }
    for (int64_t i = q - 1; i >= 0; i--) {
        for (int64_t b = 0; b < n; b++) y[i * n + b] *= li[i * n + b];
        for (int64_t k = 0; k < i; k++)
            for (int64_t b = 0; b < n; b++) y[k * n + b] -= l[(i * q + k) * n + b] * y[i * n + b];
    }
}

int main(int argc, char **argv) {
    if (argc != 3) return fprintf(stderr, "usage: hubs TASK ROUNDS\n"), 1;
    FILE *f = fopen(argv[1], "rb");
    if (!f) return perror(argv[1]), 1;
    int64_t *head = get(f, 8, 5);
    h = head[0], m = head[1], q = head[2], n = head[3], channels = head[4];
    rows = get(f, 4, h * m), w = get(f, 8, h * m), s = get(f, 8, h * m), g = get(f, 8, h), v = get(f, 8, h * q), o = get(f, 8, q);
    x = get(f, 8, channels * n), slope = get(f, 8, n * q);
    int64_t pairs = q * (q + 1) / 2;
    double *d = room(h * n), *u = room(h * n), *ua = room(h * n), *vv = room(h * pairs), *S = room(pairs * n), *l = room(q * q * n), *li = room(q * n);
    double *y = room(q * n), *ya = room(q * n), *P = room(n);
    double *gw = room(h * m), *gs = room(h * m), *gg = room(h), *gv = room(h * q), *go = room(q), *sv = room(q), best = 1e9;
    for (int round = 0; round < atoi(argv[2]); round++) {
        double start = seconds();
        memset(sv, 0, (size_t)q * 8);
        for (int64_t j = 0; j < h; j++) {
            double sum = g[j], *dj = d + j * n;
            for (int64_t i = 0, p = 0; i < q; i++) {
                sum += v[j * q + i], sv[i] += v[j * q + i];
                for (int64_t k = 0; k <= i; k++) vv[j * pairs + p++] = v[j * q + i] * v[j * q + k];
            }
            for (int64_t b = 0; b < n; b++) dj[b] = sum;
            for (int64_t t = 0; t < m; t++) {
                const double *xt = x + rows[j * m + t] * n, wt = w[j * m + t], st = s[j * m + t];
                for (int64_t b = 0; b < n; b++) {
                    double a = st * xt[b];
                    dj[b] += wt * a / (wt + a);
                }
            }
            for (int64_t b = 0; b < n; b++) dj[b] = 1 / dj[b];
        }
        cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)pairs, (int)n, (int)h, -1, vv, (int)pairs, d, (int)n, 0, S, (int)n);
        cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)q, (int)n, (int)h, 1, v, (int)q, d, (int)n, 0, y, (int)n);
        for (int64_t i = 0, p = 0; i < q; i++)
            for (int64_t k = 0; k <= i; k++, p++) {
                double *e = l + (i * q + k) * n, more = i == k ? o[i] + sv[i] : 0;
                for (int64_t b = 0; b < n; b++) e[b] = S[p * n + b] + more;
            }
        for (int64_t i = 0; i < q; i++)
            for (int64_t k = 0; k <= i; k++) {
                double *e = l + (i * q + k) * n;
                for (int64_t t = 0; t < k; t++)
                    for (int64_t b = 0; b < n; b++) e[b] -= l[(i * q + t) * n + b] * l[(k * q + t) * n + b];
                if (k < i)
                    for (int64_t b = 0; b < n; b++) e[b] *= li[k * n + b];
                else
                    for (int64_t b = 0; b < n; b++) li[i * n + b] = 1 / sqrt(e[b]);
            }
        solve(l, li, y);
        for (int64_t i = 0; i < q; i++)
            for (int64_t b = 0; b < n; b++) ya[i * n + b] = -slope[b * q + i];
        solve(l, li, ya);
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)h, (int)n, (int)q, 1, v, (int)q, y, (int)n, 0, u, (int)n);
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)h, (int)n, (int)q, 1, v, (int)q, ya, (int)n, 0, ua, (int)n);
        for (int64_t j = 0; j < h; j++) {
            double *uj = u + j * n, *aj = ua + j * n, *dj = d + j * n, all = 0;
#pragma omp simd reduction(+ : all)
            for (int64_t b = 0; b < n; b++) {
                uj[b] = (1 + uj[b]) * dj[b], aj[b] *= dj[b];
                P[b] = uj[b] * aj[b], all += P[b];
            }
            gg[j] = all;
            for (int64_t t = 0; t < m; t++) {
                const double *xt = x + rows[j * m + t] * n, wt = w[j * m + t], st = s[j * m + t];
                double first = 0, second = 0;
#pragma omp simd reduction(+ : first, second)
                for (int64_t b = 0; b < n; b++) {
                    double a = st * xt[b], r = a / (wt + a), pr = P[b] * r;
                    first += pr * r, second += pr;
                }
                gw[j * m + t] = first, gs[j * m + t] = (second - first) * wt / st;
            }
        }
        for (int64_t i = 0; i < q; i++) {
            double all = 0;
#pragma omp simd reduction(+ : all)
            for (int64_t b = 0; b < n; b++) all += y[i * n + b] * ya[i * n + b];
            go[i] = all;
        }
        for (int64_t j = 0; j < h; j++)
            for (int64_t i = 0; i < q; i++) gv[j * q + i] = gg[j] + go[i];
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)h, (int)q, (int)n, -1, u, (int)n, ya, (int)n, 1, gv, (int)q);
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)h, (int)q, (int)n, -1, ua, (int)n, y, (int)n, 1, gv, (int)q);
        double took = seconds() - start;
        if (took < best) best = took;
    }
    printf("%.9g %.17g %.17g %.17g %.17g %.17g %.17g\n", best, size(y, q * n), size(gw, h * m), size(gs, h * m), size(gg, h), size(gv, h * q), size(go, q));
}
