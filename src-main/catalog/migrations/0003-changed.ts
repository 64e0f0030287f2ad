/** When the system last noted a change of a file that was found sound or damaged; null until it is read the next time. */
export const changed = 'ALTER TABLE entry ADD COLUMN verifiedChangedAtMs REAL';
