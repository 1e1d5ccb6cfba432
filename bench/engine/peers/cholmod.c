// A training step through CHOLMOD's supernodal Cholesky factorisation.
//
//     gcc -O3 -march=native -I/usr/include/suitesparse -o cholmod cholmod.c -lcholmod -lm
//     OMP_THREAD_LIMIT=1 OPENBLAS_NUM_THREADS=1 ./cholmod t1e4.lat metis 9
//
// Orders: metis, amd (CHOLMOD's own calls), geometric (dissect.h). CHOLMOD 3
// opens four threads of OpenMP whatever it is told, hence OMP_THREAD_LIMIT.
#include <cholmod.h>

#include "dissect.h"

int main(int argc, char **argv) {
    if (argc != 4) die("usage: cholmod LATTICE metis|amd|geometric RUNS");
    lattice *l = read_lattice(argv[1]);
    const char *order = argv[2];
    int runs = atoi(argv[3]), p = (int)l->inputs, q = (int)l->outputs;
    if (runs < 1 || runs > MOST_RUNS) die("1 to 1000 runs");
    find_slots(l);

    cholmod_common c;
    cholmod_start(&c);
    c.print = 0;
    c.supernodal = CHOLMOD_SUPERNODAL;
    c.final_ll = 1;
    c.nmethods = 1;
    c.postorder = 1;
    int *columns = NEW(int, l->n + 1);
    for (int64_t j = 0; j <= l->n; j++) columns[j] = (int)l->ptr[j];
    cholmod_sparse D = {.nrow = (size_t)l->n, .ncol = (size_t)l->n, .nzmax = (size_t)l->entries, .p = columns, .i = l->row, .x = l->val,
                        .stype = -1, .itype = CHOLMOD_INT, .xtype = CHOLMOD_REAL, .dtype = CHOLMOD_DOUBLE, .sorted = 1, .packed = 1};
    double start = seconds();
    cholmod_factor *L;
    if (!strcmp(order, "geometric")) {
        int32_t *given = dissect(l);
        c.method[0].ordering = CHOLMOD_GIVEN;
        L = cholmod_analyze_p(&D, given, NULL, 0, &c);
        free(given);
    } else {
        c.method[0].ordering = !strcmp(order, "amd") ? CHOLMOD_AMD : CHOLMOD_METIS;
        L = cholmod_analyze(&D, &c);
    }
    double analyze = seconds() - start;
    if (!L || c.status != CHOLMOD_OK) die("CHOLMOD cannot analyse this matrix");
    if (L->ordering != c.method[0].ordering) die("this CHOLMOD was built without that order");

    cholmod_dense *all = cholmod_zeros((size_t)l->n, (size_t)(p + q), CHOLMOD_REAL, &c);
    for (int s = 0; s < p; s++) ((double *)all->x)[s * l->n + l->in[s]] = 1;
    for (int t = 0; t < q; t++) ((double *)all->x)[(p + t) * l->n + l->out[t]] = 1;
    cholmod_dense in = *all, out = *all; // the same columns in two parts
    in.ncol = (size_t)p, in.nzmax = (size_t)(p * l->n);
    out.ncol = (size_t)q, out.nzmax = (size_t)(q * l->n), out.x = (double *)all->x + p * l->n;

    run_times *t = NEW(run_times, 1);
    double w[MOST_PORTS * MOST_PORTS], sum = 0;
    int64_t modes = l->bonds * l->modes;
    double *g = NEW(double, modes), *k = NEW(double, modes);
    weights(l, w);
    cholmod_dense *U = NULL, *V = NULL, *both = NULL, *Y = NULL, *E = NULL;
    for (int r = 0; r < runs; r++) {
        for (int64_t m = 0; m < modes; m++) k[m] = l->k[m] * (1 + 1e-3 * r);
        double t0 = seconds();
        assemble(l, k);
        double t1 = seconds();
        cholmod_factorize(&D, L, &c);
        double t2 = seconds();
        if (c.status != CHOLMOD_OK) die("CHOLMOD cannot factorise this matrix");
        cholmod_solve2(CHOLMOD_A, L, &in, NULL, &U, NULL, &Y, &E, &c);
        cholmod_solve2(CHOLMOD_A, L, &out, NULL, &V, NULL, &Y, &E, &c);
        double t3 = seconds();
        bond_products(l, (double *)U->x, (double *)V->x, w, g);
        double t4 = seconds();
        t->assemble[r] = t1 - t0, t->factor[r] = t2 - t1, t->solve[r] = t3 - t2, t->bond[r] = t4 - t3, t->step[r] = t4 - t0;
        if (r == 0) sum = checksum(g, modes);
    }
    for (int r = 0; r < runs; r++) {
        double t0 = seconds();
        cholmod_solve2(CHOLMOD_A, L, all, NULL, &both, NULL, &Y, &E, &c);
        t->solve_all[r] = seconds() - t0;
    }
    char name[64];
    snprintf(name, sizeof name, "CHOLMOD %d.%d.%d %s", CHOLMOD_MAIN_VERSION, CHOLMOD_SUB_VERSION, CHOLMOD_SUBSUB_VERSION, order);
    print_report(l, name, t, runs, analyze, (int)L->nsuper, c.lnz, (double)L->xsize, c.fl, sum, residual(l, (double *)U->x, l->in[0]));
    return 0;
}
