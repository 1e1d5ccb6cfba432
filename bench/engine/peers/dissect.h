// Order of elimination by geometric nested dissection: cut the free nodes in two
// along an axis, number the nodes on one side that touch the other last, and do
// the same with both halves. Every cut of the middle fifth along every long axis
// is looked at, and the one with the smallest separator is taken (A. George,
// SIAM J. Numer. Anal. 10 (1973) 345).
#ifndef DISSECT_H
#define DISSECT_H
#include "lattice.h"

enum { LEAF = 8 }; // nodes that are not cut any more

typedef struct {
    double x;
    int32_t node;
} located;

typedef struct {
    int d;
    const double *x;         // of the free nodes, d each
    int64_t *ptr;            // neighbours of each
    int32_t *adj, *rank;     // rank: place along the axis, -1 outside the subset
    int32_t *crossing;       // how the separator changes from cut to cut
    located *sorted, *along; // the best axis so far and the one at hand
    int32_t *order;
} dissection;

static int by_place(const void *a, const void *b) {
    const located *p = (const located *)a, *q = (const located *)b;
    if (p->x != q->x) return p->x < q->x ? -1 : 1;
    return (p->node > q->node) - (p->node < q->node);
}

// farthest is the highest rank among the neighbours of a node; -1 for none.
static int32_t farthest(const dissection *g, int32_t node) {
    int32_t most = -1;
    for (int64_t e = g->ptr[node]; e < g->ptr[node + 1]; e++)
        if (g->rank[g->adj[e]] > most) most = g->rank[g->adj[e]];
    return most;
}

// sort_along sorts the subset along an axis and returns the size of the smallest
// separator; its cut leaves *cut nodes on the lower side.
static int32_t sort_along(dissection *g, const int32_t *set, int32_t n, int axis, int32_t *cut) {
    for (int32_t i = 0; i < n; i++) g->along[i].node = set[i], g->along[i].x = g->x[(int64_t)set[i] * g->d + axis];
    qsort(g->along, (size_t)n, sizeof(located), by_place);
    for (int32_t i = 0; i < n; i++) g->rank[g->along[i].node] = i;
    memset(g->crossing, 0, sizeof(int32_t) * (size_t)(n + 2));
    for (int32_t i = 0; i < n; i++) {
        int32_t far = farthest(g, g->along[i].node);
        if (far > i) g->crossing[i + 1]++, g->crossing[far + 1]--;
    }
    for (int32_t i = 0; i < n; i++) g->rank[set[i]] = -1;
    int32_t size = 0, least = n + 1;
    for (int32_t h = 1; h < n; h++) { // cut before rank h
        size += g->crossing[h];
        int32_t off = abs(2 * h - n);
        if (off > n / 10 && off > 1) continue;
        if (size < least || (size == least && off < abs(2 * *cut - n))) least = size, *cut = h;
    }
    return least;
}

// cut_in_two orders the n nodes of set, which is overwritten, into out.
static void cut_in_two(dissection *g, int32_t *set, int32_t n, int32_t *out) {
    if (n <= LEAF) {
        memcpy(out, set, sizeof(int32_t) * (size_t)n);
        return;
    }
    double extent[3], longest = 0;
    for (int a = 0; a < g->d; a++) {
        double low = 1e300, high = -1e300;
        for (int32_t i = 0; i < n; i++) {
            double x = g->x[(int64_t)set[i] * g->d + a];
            if (x < low) low = x;
            if (x > high) high = x;
        }
        extent[a] = high - low;
        if (extent[a] > longest) longest = extent[a];
    }
    int32_t least = n + 1, cut = 0;
    for (int a = 0; a < g->d; a++) {
        int32_t here = 0;
        if (extent[a] < 0.6 * longest) continue;
        int32_t size = sort_along(g, set, n, a, &here);
        if (size < least) {
            least = size, cut = here;
            located *t = g->sorted;
            g->sorted = g->along, g->along = t;
        }
    }
    for (int32_t i = 0; i < n; i++) g->rank[g->sorted[i].node] = i;
    int32_t lower = 0, upper = n - cut, separating = 0;
    int32_t *separator = out + n - least; // its place in the order
    for (int32_t i = 0; i < cut; i++) {
        int32_t node = g->sorted[i].node;
        if (farthest(g, node) >= cut) separator[separating++] = node;
        else set[lower++] = node;
    }
    for (int32_t i = cut; i < n; i++) set[lower + i - cut] = g->sorted[i].node;
    for (int32_t i = 0; i < n; i++) g->rank[g->sorted[i].node] = -1;
    cut_in_two(g, set, lower, out);
    cut_in_two(g, set + lower, upper, out + lower);
}

// dissect returns the order of elimination of the n unknowns.
static int32_t *dissect(const lattice *l) {
    int32_t nodes = (int32_t)l->free_nodes;
    int d = (int)l->dim;
    double *x = NEW(double, (int64_t)nodes * d);
    for (int64_t i = 0; i < l->nodes; i++)
        if (l->unknown[i] >= 0) memcpy(x + (int64_t)l->unknown[i] * d, l->pos + i * d, sizeof(double) * (size_t)d);
    dissection g = {.d = d, .x = x};
    g.ptr = NEW(int64_t, nodes + 2);
    memset(g.ptr, 0, sizeof(int64_t) * (size_t)(nodes + 2));
    g.adj = NEW(int32_t, 2 * l->bonds);
    for (int fill = 0; fill < 2; fill++) { // count, then fill
        for (int64_t m = 0; m < l->bonds; m++) {
            int32_t i = l->unknown[l->end[2 * m]], j = l->unknown[l->end[2 * m + 1]];
            if (i < 0 || j < 0) continue;
            if (fill) g.adj[g.ptr[i + 1]++] = j, g.adj[g.ptr[j + 1]++] = i;
            else g.ptr[i + 2]++, g.ptr[j + 2]++;
        }
        for (int32_t i = 0; i < nodes && !fill; i++) g.ptr[i + 2] += g.ptr[i + 1];
    }
    g.rank = NEW(int32_t, nodes), g.crossing = NEW(int32_t, nodes + 2);
    g.sorted = NEW(located, nodes), g.along = NEW(located, nodes);
    int32_t *set = NEW(int32_t, nodes), *order = NEW(int32_t, nodes), *unknowns = NEW(int32_t, l->n);
    for (int32_t i = 0; i < nodes; i++) set[i] = i, g.rank[i] = -1;
    cut_in_two(&g, set, nodes, order);
    for (int32_t i = 0; i < nodes; i++)
        for (int a = 0; a < l->each; a++) unknowns[i * l->each + a] = order[i] * (int)l->each + a;
    free(x), free(g.ptr), free(g.adj), free(g.rank), free(g.crossing), free(g.sorted), free(g.along), free(set), free(order);
    return unknowns;
}
#endif
