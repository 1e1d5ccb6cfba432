/* Parallel regions of OpenMP that run on the calling thread, to be preloaded.
 * CHOLMOD 3 opens one for every supernode, however small, and even with one
 * thread libgomp then takes longer than the arithmetic of a small supernode. */
void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags) {
    (void)threads;
    (void)flags;
    body(data);
}
int omp_get_num_threads(void) { return 1; }
int omp_get_thread_num(void) { return 0; }
int omp_get_max_threads(void) { return 1; }
