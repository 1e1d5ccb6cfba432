//go:build petsc

#include "shim.h"
#include <petscksp.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <stdlib.h>
#include <string.h>

#define DO(call) do { PetscErrorCode e_ = (call); if (e_) return (int)e_; } while (0)
#define MPIDO(call) do { if ((call) != MPI_SUCCESS) return PETSC_ERR_MPI; } while (0)

// Ranks already share out the processors: a BLAS with threads of its own would only be in the way.
extern void openblas_set_num_threads(int) __attribute__((weak));

int ep_begin(int *rank, int *ranks) {
  int given;
  MPIDO(MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &given));
  if (given < MPI_THREAD_FUNNELED) return PETSC_ERR_MPI;
#ifdef __GLIBC__
  // Open MPI has freed memory kept for the process. Setting up a solver frees much that is large, which others can have.
  mallopt(M_MMAP_MAX, 1 << 16);
  mallopt(M_MMAP_THRESHOLD, 1 << 17);
  mallopt(M_TRIM_THRESHOLD, 1 << 17);
#endif
  if (openblas_set_num_threads) openblas_set_num_threads(1);
  char *words[] = {"elastrain-petsc", "-no_signal_handler", NULL};
  int n = 2;
  char **args = words;
  DO(PetscInitialize(&n, &args, NULL, NULL));
  // The product of the levels, unless the user says otherwise, in the way that holds least on several ranks.
  PetscBool said;
  DO(PetscOptionsHasName(NULL, NULL, "-matptap_via", &said));
  MPIDO(MPI_Comm_size(PETSC_COMM_WORLD, ranks));
  if (!said && *ranks > 1) DO(PetscOptionsSetValue(NULL, "-matptap_via", "allatonce_merged"));
  DO(PetscPushErrorHandler(PetscReturnErrorHandler, NULL));
  MPIDO(MPI_Comm_rank(PETSC_COMM_WORLD, rank));
  return 0;
}

int ep_end(void) {
  DO(PetscFinalize());
  MPIDO(MPI_Finalize());
  return 0;
}

void ep_abort(int code) { MPI_Abort(MPI_COMM_WORLD, code); }

// Messages longer than an int counts go in pieces.
enum { PIECE = 1 << 30, TAG = 7 };

int ep_send(const void *data, int64_t bytes, int to) {
  for (int64_t at = 0; at < bytes; at += PIECE)
    MPIDO(MPI_Send((const char *)data + at, (int)(bytes - at < PIECE ? bytes - at : PIECE), MPI_BYTE, to, TAG, PETSC_COMM_WORLD));
  return 0;
}

int ep_receive(void *data, int64_t bytes, int from) {
  for (int64_t at = 0; at < bytes; at += PIECE)
    MPIDO(MPI_Recv((char *)data + at, (int)(bytes - at < PIECE ? bytes - at : PIECE), MPI_BYTE, from, TAG, PETSC_COMM_WORLD, MPI_STATUS_IGNORE));
  return 0;
}

int ep_broadcast(void *data, int64_t bytes) {
  for (int64_t at = 0; at < bytes; at += PIECE)
    MPIDO(MPI_Bcast((char *)data + at, (int)(bytes - at < PIECE ? bytes - at : PIECE), MPI_BYTE, 0, PETSC_COMM_WORLD));
  return 0;
}

// Summed at one rank and told to all: every rank then has the same bits, and takes the same decisions.
static int join(double *v, int n, MPI_Op op) {
  int rank;
  MPIDO(MPI_Comm_rank(PETSC_COMM_WORLD, &rank));
  MPIDO(rank == 0 ? MPI_Reduce(MPI_IN_PLACE, v, n, MPI_DOUBLE, op, 0, PETSC_COMM_WORLD) : MPI_Reduce(v, NULL, n, MPI_DOUBLE, op, 0, PETSC_COMM_WORLD));
  MPIDO(MPI_Bcast(v, n, MPI_DOUBLE, 0, PETSC_COMM_WORLD));
  return 0;
}

int ep_sum(double *v, int n) { return join(v, n, MPI_SUM); }
int ep_most(double *v, int n) { return join(v, n, MPI_MAX); }

typedef struct {
  int dim, nodes, modes, touched;
  uint8_t *held;
  int32_t *ptr, *col, *touch;
  double *val;
} ep_part;

struct ep_system {
  ep_part part;
  int multigrid, rows;
  int usual, stale;         // iterations that multigrid took when its levels were new; they are to be made anew
  double *k;                // stiffness of the own bonds now
  Mat D;
  KSP ksp;
  Vec f, u, r, c;           // of the rows of this rank
  Vec touched, back;        // of the touched unknowns
  VecScatter fetch;
};

static void *copy(const void *from, size_t bytes) {
  void *to = malloc(bytes ? bytes : 1);
  if (to && bytes) memcpy(to, from, bytes);
  return to;
}

// near gives the matrix the rigid motions of the lattice, which multigrid must carry to its coarse levels.
static int near(ep_system *s, const double *coordinates) {
  const ep_part *p = &s->part;
  Vec x;
  double *at;
  DO(VecDuplicate(s->u, &x));
  DO(VecSetBlockSize(x, p->dim));
  DO(VecGetArray(x, &at));
  memcpy(at, coordinates, sizeof(double) * p->nodes * p->dim);
  DO(VecRestoreArray(x, &at));
  MatNullSpace rigid;
  if (p->dim == 1) {
    DO(MatNullSpaceCreate(PETSC_COMM_WORLD, PETSC_TRUE, 0, NULL, &rigid));
  } else {
    DO(MatNullSpaceCreateRigidBody(x, &rigid));
  }
  DO(MatSetNearNullSpace(s->D, rigid));
  DO(MatNullSpaceDestroy(&rigid));
  DO(VecDestroy(&x));
  return 0;
}

static int solver(ep_system *s) {
  PC pc;
  DO(KSPCreate(PETSC_COMM_WORLD, &s->ksp));
  DO(KSPSetOperators(s->ksp, s->D, s->D));
  DO(KSPGetPC(s->ksp, &pc));
  if (s->multigrid) {
    DO(KSPSetType(s->ksp, KSPCG));
    DO(KSPSetNormType(s->ksp, KSP_NORM_UNPRECONDITIONED));
    DO(PCSetType(pc, PCGAMG));
    DO(PCGAMGSetType(pc, PCGAMGAGG));
    DO(PCGAMGSetReuseInterpolation(pc, PETSC_TRUE));
  } else {
    DO(KSPSetType(s->ksp, KSPPREONLY));
    DO(PCSetType(pc, PCCHOLESKY));
    DO(PCFactorSetMatSolverType(pc, MATSOLVERMUMPS));
    DO(PCFactorSetUpMatSolverType(pc));
    Mat F;
    DO(PCFactorGetMatrix(pc, &F));
    DO(MatMumpsSetIcntl(F, 24, 1)); // counts pivots that are none: mechanisms
    DO(MatMumpsSetIcntl(F, 14, 40)); // room for what the order did not foresee, percent
  }
  DO(KSPSetFromOptions(s->ksp));
  return 0;
}

int ep_system_new(int dim, int nodes, int modes, int touched, const double *coordinates, const uint8_t *held, const int32_t *ptr, const int32_t *col,
                  const double *val, const int32_t *touch, const int32_t *near_inside, const int32_t *near_outside, int multigrid, ep_system **out) {
  ep_system *s = calloc(1, sizeof *s);
  if (!s) return PETSC_ERR_MEM;
  *out = s;
  s->part = (ep_part){.dim = dim, .nodes = nodes, .modes = modes, .touched = touched};
  ep_part *p = &s->part;
  int32_t entries = ptr[modes];
  p->held = copy(held, (size_t)nodes * dim);
  p->ptr = copy(ptr, sizeof(int32_t) * (modes + 1));
  p->col = copy(col, sizeof(int32_t) * entries);
  p->val = copy(val, sizeof(double) * entries);
  p->touch = copy(touch, sizeof(int32_t) * touched);
  s->k = malloc(sizeof(double) * (modes + 1));
  s->multigrid = multigrid;
  s->rows = nodes * dim;
  PetscInt *inside = malloc(sizeof(PetscInt) * (s->rows + 1)), *outside = malloc(sizeof(PetscInt) * (s->rows + 1));
  if (!p->held || !p->ptr || !p->col || !p->val || !p->touch || !s->k || !inside || !outside) return PETSC_ERR_MEM;
  for (int i = 0; i < s->rows; i++) {
    inside[i] = dim * near_inside[i / dim];
    outside[i] = dim * near_outside[i / dim];
  }
  DO(MatCreate(PETSC_COMM_WORLD, &s->D));
  DO(MatSetSizes(s->D, s->rows, s->rows, PETSC_DETERMINE, PETSC_DETERMINE));
  DO(MatSetBlockSize(s->D, p->dim));
  DO(MatSetType(s->D, MATAIJ));
  DO(MatSeqAIJSetPreallocation(s->D, 0, inside));
  DO(MatMPIAIJSetPreallocation(s->D, 0, inside, 0, outside));
  free(inside);
  free(outside);
  DO(MatSetOption(s->D, MAT_SPD, PETSC_TRUE));
  DO(MatCreateVecs(s->D, &s->u, &s->f));
  DO(VecDuplicate(s->u, &s->r));
  DO(VecDuplicate(s->u, &s->c));
  DO(VecCreateSeq(PETSC_COMM_SELF, p->touched, &s->touched));
  DO(VecDuplicate(s->touched, &s->back));
  IS rows;
  DO(ISCreateGeneral(PETSC_COMM_SELF, p->touched, p->touch, PETSC_USE_POINTER, &rows));
  DO(VecScatterCreate(s->u, rows, s->touched, NULL, &s->fetch));
  DO(ISDestroy(&rows));
  if (multigrid) DO(near(s, coordinates));
  return 0;
}

int ep_system_free(ep_system *s) {
  if (!s) return 0;
  DO(KSPDestroy(&s->ksp));
  DO(MatDestroy(&s->D));
  DO(VecDestroy(&s->f));
  DO(VecDestroy(&s->u));
  DO(VecDestroy(&s->r));
  DO(VecDestroy(&s->c));
  DO(VecDestroy(&s->touched));
  DO(VecDestroy(&s->back));
  DO(VecScatterDestroy(&s->fetch));
  free((void *)s->part.held);
  free((void *)s->part.ptr);
  free((void *)s->part.col);
  free((void *)s->part.val);
  free((void *)s->part.touch);
  free(s->k);
  free(s);
  return 0;
}

// Every rank adds k c c^T of its own bonds; what falls into rows of others PETSc sends them. Held unknowns have a row
// of their own, so that rows stay blocks of a node: one stiffness of usual size on the diagonal.
static int assemble(ep_system *s, double mean) {
  const ep_part *p = &s->part;
  PetscInt rows[16], first;
  double block[256];
  DO(MatZeroEntries(s->D));
  DO(MatGetOwnershipRange(s->D, &first, NULL));
  for (int i = 0; i < s->rows; i++) {
    PetscInt row = first + i;
    double v = p->held[i] ? mean : 0; // a zero keeps the diagonal
    DO(MatSetValues(s->D, 1, &row, 1, &row, &v, ADD_VALUES));
  }
  for (int m = 0; m < p->modes; m++) {
    int from = p->ptr[m], n = p->ptr[m + 1] - from;
    if (n > 16) return PETSC_ERR_ARG_OUTOFRANGE;
    for (int a = 0; a < n; a++) {
      rows[a] = p->touch[p->col[from + a]];
      for (int b = 0; b < n; b++) block[a * n + b] = s->k[m] * p->val[from + a] * p->val[from + b];
    }
    if (n) DO(MatSetValues(s->D, n, rows, n, rows, block, ADD_VALUES));
  }
  DO(MatAssemblyBegin(s->D, MAT_FINAL_ASSEMBLY));
  DO(MatAssemblyEnd(s->D, MAT_FINAL_ASSEMBLY));
  return 0;
}

int ep_factor(ep_system *s, const double *k, double mean, int *verdict) {
  *verdict = EP_SOUND;
  memcpy(s->k, k, sizeof(double) * s->part.modes);
  DO(assemble(s, mean));
  if (s->stale) DO(KSPDestroy(&s->ksp));
  if (!s->ksp) {
    DO(solver(s));
    s->usual = s->stale = 0;
  }
  PC pc;
  PCFailedReason why = PC_NOERROR;
  DO(KSPGetPC(s->ksp, &pc));
  DO(KSPSetOperators(s->ksp, s->D, s->D));
  DO(KSPSetUp(s->ksp));
  DO(PCGetFailedReason(pc, &why));
  double bad = why != PC_NOERROR;
  if (!s->multigrid && !bad) {
    Mat F;
    PetscInt none = 0;
    DO(PCFactorGetMatrix(pc, &F));
    DO(MatMumpsGetInfog(F, 28, &none));
    bad = none > 0;
  }
  DO(ep_most(&bad, 1));
  if (bad) *verdict = EP_LOOSE;
  return 0;
}

int ep_elongate(ep_system *s, double *e, int stride) {
  const ep_part *p = &s->part;
  const double *u;
  DO(VecGetArrayRead(s->touched, &u));
  for (int m = 0; m < p->modes; m++) {
    double sum = 0;
    for (int a = p->ptr[m]; a < p->ptr[m + 1]; a++) sum += p->val[a] * u[p->col[a]];
    e[(size_t)m * stride] = sum;
  }
  DO(VecRestoreArrayRead(s->touched, &u));
  return 0;
}

// unbalanced sets r to f - C^T K C u, bond by bond: D has been rounded, the bonds have not.
static int unbalanced(ep_system *s) {
  const ep_part *p = &s->part;
  const double *u;
  double *back;
  DO(VecScatterBegin(s->fetch, s->u, s->touched, INSERT_VALUES, SCATTER_FORWARD));
  DO(VecScatterEnd(s->fetch, s->u, s->touched, INSERT_VALUES, SCATTER_FORWARD));
  DO(VecSet(s->back, 0));
  DO(VecGetArrayRead(s->touched, &u));
  DO(VecGetArray(s->back, &back));
  for (int m = 0; m < p->modes; m++) {
    double e = 0;
    for (int a = p->ptr[m]; a < p->ptr[m + 1]; a++) e += p->val[a] * u[p->col[a]];
    double t = s->k[m] * e;
    for (int a = p->ptr[m]; a < p->ptr[m + 1]; a++) back[p->col[a]] -= p->val[a] * t;
  }
  DO(VecRestoreArrayRead(s->touched, &u));
  DO(VecRestoreArray(s->back, &back));
  DO(VecCopy(s->f, s->r));
  DO(VecScatterBegin(s->fetch, s->back, s->r, ADD_VALUES, SCATTER_REVERSE));
  DO(VecScatterEnd(s->fetch, s->back, s->r, ADD_VALUES, SCATTER_REVERSE));
  return 0;
}

// still sets held unknowns to zero.
static int still(ep_system *s, Vec v) {
  double *x;
  DO(VecGetArray(v, &x));
  for (int i = 0; i < s->rows; i++)
    if (s->part.held[i]) x[i] = 0;
  DO(VecRestoreArray(v, &x));
  return 0;
}

// Solves, and refines by the forces that the bonds leave unbalanced until these no longer shrink: *left is what
// remains of them as a share of the load.
static int found(ep_system *s, const double *f, double *u, int *verdict, double *left, int *iterations) {
  double *x, load, rest, last = PETSC_INFINITY;
  const double *y;
  *verdict = EP_SOUND;
  *iterations = 0;
  if (f) { // else the load of before
    DO(VecGetArray(s->f, &x));
    memcpy(x, f, sizeof(double) * s->rows);
    DO(VecRestoreArray(s->f, &x));
  }
  DO(VecSet(s->u, 0));
  DO(VecNorm(s->f, NORM_2, &load));
  *left = 0;
  DO(VecCopy(s->f, s->r));
  for (int round = 0; load > 0 && round < 6; round++) {
    KSPConvergedReason why;
    PetscInt its;
    DO(KSPSetTolerances(s->ksp, round ? 1e-6 : 1e-10, 1e-300, 1e5, 2000));
    DO(KSPSolve(s->ksp, s->r, s->c));
    DO(KSPGetConvergedReason(s->ksp, &why));
    DO(KSPGetIterationNumber(s->ksp, &its));
    *iterations += its;
    if (!round) {
      if (!s->usual) s->usual = its;
      if (its > 2 * s->usual + 10) s->stale = 1;
    }
    if (why < 0) {
      *verdict = round ? EP_SOUND : why == KSP_DIVERGED_PC_FAILED || why == KSP_DIVERGED_INDEFINITE_MAT || why == KSP_DIVERGED_INDEFINITE_PC ? EP_LOOSE : EP_STUCK;
      if (round == 0) *left = 1;
      break;
    }
    DO(still(s, s->c));
    DO(VecAXPY(s->u, 1, s->c));
    DO(unbalanced(s));
    DO(VecNorm(s->r, NORM_2, &rest));
    if (PetscIsInfOrNanReal(rest)) {
      *verdict = EP_STUCK;
      *left = 1;
      break;
    }
    if (!(rest < last)) { // rounding alone is left
      if (round) DO(VecAXPY(s->u, -1, s->c));
      break;
    }
    *left = rest / load;
    if (*left < 1e-15 || rest > last / 4) break;
    last = rest;
  }
  DO(VecScatterBegin(s->fetch, s->u, s->touched, INSERT_VALUES, SCATTER_FORWARD));
  DO(VecScatterEnd(s->fetch, s->u, s->touched, INSERT_VALUES, SCATTER_FORWARD));
  DO(VecGetArrayRead(s->u, &y));
  memcpy(u, y, sizeof(double) * s->rows);
  DO(VecRestoreArrayRead(s->u, &y));
  return 0;
}

// Levels of multigrid are kept while stiffnesses change, which saves most of the work. Where they no longer fit they are made anew,
// and the load is solved for again.
int ep_solve(ep_system *s, const double *f, double *u, int *verdict, double *left, int *iterations) {
  DO(found(s, f, u, verdict, left, iterations));
  if (!s->multigrid || (*verdict == EP_SOUND && *left < 1e-9)) return 0;
  DO(KSPDestroy(&s->ksp));
  DO(solver(s));
  s->usual = s->stale = 0;
  DO(KSPSetUp(s->ksp));
  int again;
  DO(found(s, NULL, u, verdict, left, &again));
  *iterations += again;
  return 0;
}
