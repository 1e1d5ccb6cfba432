// A training step through Eigen's simplicial Cholesky factorisation, in its own
// order (minimum degree).
//
//     g++ -O3 -march=native -I/usr/include/eigen3 -o eigen eigen.cpp
//     ./eigen t1e4.lat 9
#include <Eigen/Sparse>
#include <Eigen/SparseCholesky>

#include "lattice.h"

typedef Eigen::SparseMatrix<double, Eigen::ColMajor, int> matrix;

int main(int argc, char **argv) {
    if (argc != 3) die("usage: eigen LATTICE RUNS");
    lattice *l = read_lattice(argv[1]);
    int runs = atoi(argv[2]), p = (int)l->inputs, q = (int)l->outputs;
    if (runs < 1 || runs > MOST_RUNS) die("1 to 1000 runs");
    find_slots(l);

    matrix D(l->n, l->n);
    D.reserve(l->entries + 1); // assemble uses one more
    D.resizeNonZeros(l->entries);
    for (int64_t j = 0; j <= l->n; j++) D.outerIndexPtr()[j] = (int)l->ptr[j];
    memcpy(D.innerIndexPtr(), l->row, sizeof(int) * (size_t)l->entries);
    free(l->val);
    l->val = D.valuePtr();
    assemble(l, l->k);

    double start = seconds();
    Eigen::SimplicialLLT<matrix, Eigen::Lower, Eigen::AMDOrdering<int>> solver;
    solver.analyzePattern(D);
    double analyze = seconds() - start;

    Eigen::MatrixXd all = Eigen::MatrixXd::Zero(l->n, p + q), U, V, both;
    for (int s = 0; s < p; s++) all(l->in[s], s) = 1;
    for (int t = 0; t < q; t++) all(l->out[t], p + t) = 1;
    Eigen::MatrixXd in = all.leftCols(p), out = all.rightCols(q);

    run_times *t = NEW(run_times, 1);
    double w[MOST_PORTS * MOST_PORTS], sum = 0;
    int64_t modes = l->bonds * l->modes;
    double *g = NEW(double, modes), *k = NEW(double, modes);
    weights(l, w);
    for (int r = 0; r < runs; r++) {
        for (int64_t m = 0; m < modes; m++) k[m] = l->k[m] * (1 + 1e-3 * r);
        double t0 = seconds();
        assemble(l, k);
        double t1 = seconds();
        solver.factorize(D);
        double t2 = seconds();
        if (solver.info() != Eigen::Success) die("Eigen cannot factorise this matrix");
        U = solver.solve(in);
        V = solver.solve(out);
        double t3 = seconds();
        bond_products(l, U.data(), V.data(), w, g);
        double t4 = seconds();
        t->assemble[r] = t1 - t0, t->factor[r] = t2 - t1, t->solve[r] = t3 - t2, t->bond[r] = t4 - t3, t->step[r] = t4 - t0;
        if (r == 0) sum = checksum(g, modes);
    }
    for (int r = 0; r < runs; r++) {
        double t0 = seconds();
        both = solver.solve(all);
        t->solve_all[r] = seconds() - t0;
    }
    double entries = 0, flops = 0;
    const int *ptr = solver.matrixL().nestedExpression().outerIndexPtr();
    for (int64_t j = 0; j < l->n; j++) {
        double count = ptr[j + 1] - ptr[j];
        entries += count, flops += count * count;
    }
    char name[64];
    snprintf(name, sizeof name, "Eigen %d.%d.%d LLT", EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION);
    print_report(l, name, t, runs, analyze, 0, entries, entries, flops, sum, residual(l, U.data(), l->in[0]));
    return 0;
}
