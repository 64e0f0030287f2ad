/** Milliseconds by which the clock of the process is wrong. */
export const CLOCK_VARIABLE = 'LARDER_CAMPAIGN_CLOCK_MS';
/** Folder below which names are found whatever their letter case and form. */
export const FOLD_VARIABLE = 'LARDER_CAMPAIGN_FOLD_ROOT';
