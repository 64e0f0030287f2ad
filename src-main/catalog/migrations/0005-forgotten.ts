/** When a cache was taken out of the library; its rows stay until it is opened again. */
export const forgotten = 'ALTER TABLE cache ADD COLUMN forgottenAtMs REAL';
