// The Iris training in plain C with one solve per port: what a careful programmer
// gets from gcc -O3 -march=native. All sizes are constants of the program, which
// Elastrain does not have.
//
//     gcc -O3 -march=native -o ports ports.c -lm && ./ports DIR --repeat 5
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { M = 28, N = 24, P = 4, Q = 3, WIDE = 8, TRAIN = 105, TEST = 45, MOST_EPOCHS = 100 };

// Every bond touches at most four unknowns.
static struct { int n, at[4]; double c[4]; } bond[M];
// D[i][j] += k * c for each pair of unknowns of a bond, upper triangle.
static struct { int mode, i, j; double c; } pair[M * 10];
static int pairs;

static double loads[P + Q][N];
static double force_train[TRAIN][P], force_test[TEST][P];
static int class_train[TRAIN], class_test[TEST], shuffle[MOST_EPOCHS][TRAIN];
static double low, high, steepness, rate, epsilon;
static int batch, epochs;

static double units[N][WIDE];         // the loads as columns
static double U[N][WIDE];             // displacements under unit loads
static double S[Q][P];                // outputs by inputs

static void table(const char *dir, const char *name, double *x, int n) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.csv", dir, name);
    FILE *f = fopen(path, "r");
    for (int i = 0; i < n; i++)
        if (!f || fscanf(f, "%lf%*[,\n]", &x[i]) < 1) {
            fprintf(stderr, "%s: number %d is missing\n", path, i + 1);
            exit(1);
        }
    fclose(f);
}

static void samples(const char *dir, const char *name, int n, double (*force)[P], int *class) {
    double row[TRAIN][P + 1];
    table(dir, name, row[0], n * (P + 1));
    for (int i = 0; i < n; i++) {
        memcpy(force[i], row[i], P * sizeof(double));
        class[i] = (int)row[i][P];
    }
}

static void read_task(const char *dir) {
    static double C[M][N], orders[MOST_EPOCHS][TRAIN];
    double settings[7];
    table(dir, "C", C[0], M * N);
    table(dir, "ports", loads[0], (P + Q) * N);
    table(dir, "settings", settings, 7);
    epochs = settings[6] < MOST_EPOCHS ? (int)settings[6] : MOST_EPOCHS;
    table(dir, "shuffles", orders[0], epochs * TRAIN);
    samples(dir, "train", TRAIN, force_train, class_train);
    samples(dir, "test", TEST, force_test, class_test);
    low = settings[0], high = settings[1], steepness = settings[2];
    rate = settings[3], epsilon = settings[4], batch = (int)settings[5];
    for (int e = 0; e < epochs; e++)
        for (int i = 0; i < TRAIN; i++) shuffle[e][i] = (int)orders[e][i];
    for (int c = 0; c < P + Q; c++)
        for (int i = 0; i < N; i++) units[i][c] = loads[c][i];
    for (int m = 0; m < M; m++) {
        for (int i = 0; i < N; i++)
            if (C[m][i] != 0) {
                bond[m].at[bond[m].n] = i;
                bond[m].c[bond[m].n++] = C[m][i];
            }
        for (int a = 0; a < bond[m].n; a++)
            for (int b = a; b < bond[m].n; b++, pairs++) {
                pair[pairs].mode = m, pair[pairs].i = bond[m].at[a], pair[pairs].j = bond[m].at[b];
                pair[pairs].c = bond[m].c[a] * bond[m].c[b];
            }
    }
}

// answer computes U and S for the stiffness k: D = R^T R, R^T R U = units.
static void answer(const double *k) {
    double R[N][N];
    memset(R, 0, sizeof R);
    for (int p = 0; p < pairs; p++) R[pair[p].i][pair[p].j] += k[pair[p].mode] * pair[p].c;
    double inverse[N];
    for (int j = 0; j < N; j++) {
        inverse[j] = 1 / sqrt(R[j][j]);
        for (int i = j; i < N; i++) R[j][i] *= inverse[j];
        for (int c = j + 1; c < N; c++) {
            double r = R[j][c];
            if (r != 0)
                for (int i = c; i < N; i++) R[c][i] -= r * R[j][i];
        }
    }
    memcpy(U, units, sizeof U);
    for (int j = 0; j < N; j++) {
        for (int s = 0; s < WIDE; s++) U[j][s] *= inverse[j];
        for (int i = j + 1; i < N; i++)
            for (int s = 0; s < WIDE; s++) U[i][s] -= R[j][i] * U[j][s];
    }
    for (int j = N - 1; j >= 0; j--) {
        for (int i = j + 1; i < N; i++)
            for (int s = 0; s < WIDE; s++) U[j][s] -= R[j][i] * U[i][s];
        for (int s = 0; s < WIDE; s++) U[j][s] *= inverse[j];
    }
    for (int o = 0; o < Q; o++)
        for (int a = 0; a < P; a++) {
            S[o][a] = 0;
            for (int i = 0; i < N; i++) S[o][a] += loads[P + o][i] * U[i][a];
        }
}

// outputs of a sample and the sum of their sizes.
static double outputs(const double *f, double *u) {
    double total = 0;
    for (int o = 0; o < Q; o++) {
        u[o] = 0;
        for (int a = 0; a < P; a++) u[o] += S[o][a] * f[a];
        total += fabs(u[o]);
    }
    return total;
}

static double score(int n, double (*force)[P], const int *class, double *loss) {
    int right = 0;
    *loss = 0;
    for (int i = 0; i < n; i++) {
        double u[Q], total = outputs(force[i], u);
        int most = 0;
        for (int o = 1; o < Q; o++)
            if (fabs(u[o]) > fabs(u[most])) most = o;
        right += most == class[i];
        *loss += log(total / fabs(u[class[i]]));
    }
    *loss /= n;
    return (double)right / n;
}

static double k_of(double x) { return low + (high - low) / (1 + exp(-steepness * x)); }

static double seen; // sum of the losses that the steps saw, so that they are computed

static void train(double *train_right, double *test_right, double *loss, double *k) {
    double x[M] = {0}, mean[M] = {0}, square[M] = {0}, power1 = 1, power2 = 1, unused;
    for (int epoch = 0; epoch < epochs; epoch++) {
        for (int from = 0; from < TRAIN; from += batch) {
            int to = from + batch < TRAIN ? from + batch : TRAIN;
            for (int m = 0; m < M; m++) k[m] = k_of(x[m]);
            answer(k);
            double W[Q][P] = {{0}}; // sum of dL/du f^T
            for (int i = from; i < to; i++) {
                int sample = shuffle[epoch][i], class = class_train[sample];
                const double *f = force_train[sample];
                double u[Q], total = outputs(f, u);
                seen += log(total / fabs(u[class]));
                for (int o = 0; o < Q; o++) {
                    double sign = u[o] < 0 ? -1 : 1;
                    double g = sign / total - (o == class ? 1 / u[o] : 0);
                    for (int a = 0; a < P; a++) W[o][a] += g * f[a];
                }
            }
            power1 *= 0.9, power2 *= 0.999;
            for (int m = 0; m < M; m++) {
                double e[WIDE] = {0}, g = 0;
                for (int a = 0; a < bond[m].n; a++)
                    for (int s = 0; s < WIDE; s++) e[s] += bond[m].c[a] * U[bond[m].at[a]][s];
                for (int o = 0; o < Q; o++)
                    for (int a = 0; a < P; a++) g -= e[P + o] * W[o][a] * e[a];
                g /= batch;
                mean[m] = 0.9 * mean[m] + 0.1 * g;
                square[m] = 0.999 * square[m] + 0.001 * g * g;
                x[m] -= rate * (mean[m] / (1 - power1)) / (sqrt(square[m] / (1 - power2)) + epsilon);
            }
        }
        *train_right = score(TRAIN, force_train, class_train, loss);
        *test_right = score(TEST, force_test, class_test, &unused);
    }
    for (int m = 0; m < M; m++) k[m] = k_of(x[m]);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}

int main(int argc, char **argv) {
    if (argc != 4 || strcmp(argv[2], "--repeat")) {
        fprintf(stderr, "usage: ports DIR --repeat N\n");
        return 2;
    }
    read_task(argv[1]);
    double right, test, loss, k[M];
    printf("{\"side\":\"C\",\"version\":\"%s\",\"seconds\":[", __VERSION__);
    for (int i = 0, n = atoi(argv[3]); i < n; i++) {
        double start = now();
        train(&right, &test, &loss, k);
        printf("%s%.9g", i ? "," : "", now() - start);
    }
    printf("],\"train\":%.17g,\"test\":%.17g,\"loss\":%.17g,\"stiffness\":[", right, test, loss);
    for (int m = 0; m < M; m++) printf("%s%.17g", m ? "," : "", k[m]);
    printf("]}\n");
    fprintf(stderr, "mean loss of the steps %.6g\n", seen);
    return 0;
}
