// The rate of the BLAS that CHOLMOD uses at its best: C -= A B^T of n = 2000, in
// GFLOP/s.
//
//     gcc -O3 -o dgemm dgemm.c -lopenblas    # or -lblas
//     OPENBLAS_NUM_THREADS=1 ./dgemm
#include "lattice.h"

void dgemm_(const char *ta, const char *tb, const int *m, const int *n, const int *k, const double *alpha, const double *a,
            const int *lda, const double *b, const int *ldb, const double *beta, double *c, const int *ldc);

int main(void) {
    enum { RUNS = 7 };
    const int n = 2000;
    const double minus = -1, one = 1;
    double *a = NEW(double, n * n), *b = NEW(double, n * n), *c = NEW(double, n * n), t[RUNS];
    for (int i = 0; i < n * n; i++) a[i] = 1e-3 * (i % 1009), b[i] = 1e-3 * (i % 1013), c[i] = 0;
    for (int r = 0; r < RUNS; r++) {
        double t0 = seconds();
        dgemm_("N", "T", &n, &n, &n, &minus, a, &n, b, &n, &one, c, &n);
        t[r] = seconds() - t0;
    }
    median(t, RUNS); // sorts them
    printf("%.4g\n", 2.0 * n * n * n / t[0] * 1e-9);
    return 0;
}
