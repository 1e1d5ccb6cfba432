//go:build petsc

// The part of PETSc and MPI that the Go side needs. Every function returns 0, or a code of PETSc; solving
// returns a verdict besides.
#include <stdint.h>

typedef struct ep_system ep_system;

enum { EP_SOUND = 0, EP_LOOSE = 1, EP_STUCK = 2 }; // of ep_factor and ep_solve: the matrix cannot be factorised; no convergence

int ep_begin(int *rank, int *ranks);
int ep_end(void);
void ep_abort(int code);

int ep_send(const void *data, int64_t bytes, int to);
int ep_receive(void *data, int64_t bytes, int from);
int ep_broadcast(void *data, int64_t bytes);
int ep_sum(double *v, int n);
int ep_most(double *v, int n);

// A rank's part: nodes that it owns, its bonds as rows of C over the touched unknowns, and blocks of the rows of D.
int ep_system_new(int dim, int nodes, int modes, int touched,
                  const double *coordinates, // nodes * dim
                  const uint8_t *held,       // nodes * dim
                  const int32_t *ptr,        // modes + 1
                  const int32_t *col,        // place among touched
                  const double *val,
                  const int32_t *touch,  // rows of D
                  const int32_t *inside, // blocks of the rows of each node in columns of this rank
                  const int32_t *outside, int multigrid, ep_system **out);
int ep_system_free(ep_system *s);
// elongations of the own bonds under the solution that ep_solve found last, to e[0], e[stride], ...
int ep_elongate(ep_system *s, double *e, int stride);

int ep_factor(ep_system *s, const double *k, double mean, int *verdict);
int ep_solve(ep_system *s, const double *f, double *u, int *verdict, double *left, int *iterations);
