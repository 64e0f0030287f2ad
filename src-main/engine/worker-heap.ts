/** JavaScript heap of a worker; volumes and pictures live outside it, in buffers. */
export const WORKER_HEAP_MEGABYTES = 512;
