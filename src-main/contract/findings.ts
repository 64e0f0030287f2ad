/**
 * What can be wrong with a cache, under stable codes. One meaning has one code across kinds.
 * `meaning` is what it means for training, `fix` what repairing does about it.
 */
export type Severity = 'error' | 'warning' | 'information';

export interface FindingKind {
  readonly severity: Severity;
  readonly title: string;
  readonly meaning: string;
  readonly fix: string;
}

const REMAKE = 'The file is set aside in quarantine and the entry is made again from its source.';
const KEEP = 'Nothing is changed; the file stays as it is.';
const ASIDE = 'The file is set aside in quarantine and can be put back.';

const REINDEX = 'The index is written anew from the metadata and images; the old one is kept in quarantine.';
const REDRAW = 'The damaged file is set aside and the line is rendered again; where every pixel can still be read, they are kept.';
const OFFERED = 'Nothing by itself: `larder fix --re-render` sets the picture aside and renders it again.';
const RENAME = 'It gets its right name, unless another file has it.';
const REBUILD = 'They are written anew from what the catalog, the index and the corpus know; the old ones are kept in quarantine.';

function error(title: string, meaning: string, fix: string = REMAKE): FindingKind {
  return { severity: 'error', title, meaning, fix };
}
function warning(title: string, meaning: string, fix: string = KEEP): FindingKind {
  return { severity: 'warning', title, meaning, fix };
}
function information(title: string, meaning: string, fix: string = KEEP): FindingKind {
  return { severity: 'information', title, meaning, fix };
}

export const FINDINGS = {
  // The bytes of a .pt file (docs/formats: torch file).
  empty: error('The file has no bytes', 'Training stops with EOFError at this item.'),
  truncated: error('The file is cut off', 'Training stops with an unreadable-archive error at this item.'),
  'zero-filled': error('The file was reserved but never written', 'Training stops at this item.'),
  'legacy-format': error('A file of the format PyTorch used before 1.6', 'It may load, but is not what this cache holds.'),
  'tar-format': error('A file of the oldest PyTorch format', 'It may load, but is not what this cache holds.'),
  safetensors: error('A safetensors file under a .pt name', 'Training stops at this item.'),
  'preview-format': error('A file of a PyTorch preview release', 'Training stops at this item.'),
  'not-a-zip': error('Not a PyTorch file', 'Training stops with "invalid load key" at this item.'),
  'not-torch': error('A zip archive, but not a PyTorch file', 'Training stops at this item.'),
  torchscript: error('A TorchScript program, not data', 'Loading it would run a program; it does not belong in a cache.'),
  'bad-directory': error('The archive directory is damaged', 'Training stops, or reads uninitialised memory.'),
  'bad-local-header': error('A record header is damaged', 'Training stops or silently reads wrong data.'),
  'missing-record': error('A record is missing from the archive', 'Training stops at this item.'),
  'crc-mismatch': error('The content of a record has changed', 'PyTorch loads it without a word: the model trains on wrong numbers.'),
  'bad-version': error('The format version is unreadable', 'Training stops at this item.'),
  'bad-byteorder': error('The byte order record is unreadable', 'Training stops at this item.'),
  'bad-pickle': error('The object description is damaged', 'Training stops or gets another object.'),
  'size-mismatch': error('Sizes contradict each other', 'Training stops, or reads something else than was written.'),
  'bad-view': error('A tensor points beyond its storage', 'Training stops at this item.'),
  'unsafe-global': error('The file names code to run when it is loaded', 'torch.load would run it. Larder did not.', ASIDE),
  'meta-inconsistent': error('The metadata contradict each other', 'Records were swapped: the model trains with wrong metadata.'),
  'trailing-data': warning('There are bytes behind the archive', 'PyTorch still loads the file.'),
  'non-canonical': warning('The archive differs from what PyTorch writes', 'Content is intact; bytes outside the records differ.'),
  'no-crc': warning('The file carries no checksums', 'Changes of its content cannot be found.'),
  'pickle-trailing-data': warning('There are bytes behind the object description', 'PyTorch ignores them.'),
  'unreferenced-record': warning('A record that no tensor uses', 'It wastes space only.'),
  'big-endian': warning('Written on a big-endian machine', 'PyTorch before 2.0 reads wrong numbers.'),

  // A volume cache as a whole.
  missing: error('Required, but not in the cache', 'Training computes it on the fly, slowly, or stops.', 'The entry is made from its source.'),
  'params-mismatch': error('Folder name and parameters disagree', 'The entries may have been made with other parameters.', KEEP),
  'wrong-shape': error('The tensor has another shape than the parameters say', 'Batches cannot be stacked.'),
  'wrong-dtype': error('The tensor has another dtype than the parameters say', 'Numbers are rounded differently, or memory doubles.'),
  'non-finite': warning('NaN or infinity among the values', 'One such value can turn the whole model to NaN.'),
  'out-of-range': error('Values outside the configured range', 'The entry was not made by these parameters.'),
  constant: warning('All values are equal', 'Usually an empty scan, or a window that misses all values.'),
  'foreign-file': information('A file no volume of this cache is named after', 'It only takes space.', KEEP),
  'misnamed-entry': error('An entry under the name of another volume', 'Training reads the wrong volume under this name.'),
  'stale-temp': warning('A temporary file nobody is writing any more', 'It only takes space.', 'The file is removed.'),
  unreadable: error('The file could not be read', 'Training stops at this item; the disk may be failing.', KEEP),

  // An image cache (docs/formats: image cache): its index, images and metadata.
  'index-missing': error('There is no index', 'The original class finds nothing: every line is rendered again.', REINDEX),
  'index-unreadable': error('The index cannot be read', 'The original class finds nothing, and overwrites the index with its own few entries.', REINDEX),
  'index-duplicate-key': warning('A key stands twice in the index', 'Readers take the last one.', REINDEX),
  'index-bad-key': warning('A key of the index is no hash', 'Nothing is ever found under it.', REINDEX),
  'index-bad-entry': error('An index entry is incomplete', 'Tools that read its fields stop.', REINDEX),
  'index-text-mismatch': error('The index has another text than the metadata', 'Whoever reads labels from the index trains on wrong text.', REINDEX),
  'index-font-mismatch': error('The index has another font than the metadata', 'Counts by font are wrong.', REINDEX),
  'index-path-mismatch': warning('The index names the files of another key', 'Tools that follow the paths read another line.', REINDEX),
  'image-missing': error('Indexed, but the image is gone', 'The original class renders it again, with its own broken shaping.', REDRAW),
  'image-unindexed': error('An image that the index does not have', 'The original class does not find it and renders it again.', REINDEX),
  'image-orphan': error('An image of which nobody knows the text', 'It is never read.', 'The text is searched among the lines of the corpus; otherwise the image is set aside.'),
  'image-misnamed': error('An image whose name has capital letters', 'It is not found under its key.', RENAME),
  'metadata-misnamed': error('Metadata whose name has capital letters', 'They are not found under their key.', RENAME),
  'image-empty': error('The image has no bytes', 'The original class drops it and renders it again.', REDRAW),
  'image-truncated': error('The image is cut off', 'It is dropped, or read with rows missing.', REDRAW),
  'image-corrupt': error('The image is damaged', 'It is dropped, or training reads wrong pixels without a word.', REDRAW),
  'image-not-png': error('Not a PNG under a PNG name', 'Pillow may open it; its pixels are not those that were rendered.', REDRAW),
  'image-mode': warning('Not 8-bit grey', 'Pillow converts it; other readers may not.', 'The image is written again with the same pixels; rendered again if they are not grey.'),
  'image-height-mismatch': error('The image has another height than its key says', 'Batches cannot be stacked, or lines are scaled.', REDRAW),
  'image-trailing-bytes': warning('There are bytes behind the image', 'Readers ignore them.', 'The image is written again with the same pixels.'),
  'image-duplicate': warning('The same image under different texts', 'The original class stores its fallback word when rendering fails: the model learns a wrong label.', OFFERED),
  'metadata-missing': error('The metadata are gone', 'Tools that read them stop.', REBUILD),
  'metadata-invalid': error('The metadata cannot be read', 'Tools that read them stop.', REBUILD),
  'metadata-orphan': warning('Metadata without an image', 'They only take space.', 'The image is rendered; where that cannot be, they are set aside.'),
  'metadata-rehash-mismatch': error('The metadata do not belong to this key', 'Whoever reads labels from them trains on wrong text.', REBUILD),
  'metadata-key-mismatch': error('The metadata name another key', 'Tools that follow it read another line.', REBUILD),
  'index-shrunk': warning('The index has fewer entries than at the last look', 'Several processes of the training write it, each from its own memory; what others wrote is lost and rendered again.', 'The index is written anew from the metadata and images, as long as they are there.'),
  'font-changed': warning('The font is not the one it was drawn with', 'The line looks as it did before; new lines of the font look different.', OFFERED),
  'foreign-pixels': warning('Other pixels than Larder drew', 'The training rendered it again with its own broken shaping, or files were exchanged: the model learns another picture for this text.', OFFERED),
  'stale-index': information('The catalog of Larder had it otherwise', 'Nothing: the files are what counts.', 'The catalog was brought in line with the files.'),
  'stray-temp': warning('A temporary file nobody is writing any more', 'It only takes space.', ASIDE),
  'stray-file': information('A file that does not belong to the cache', 'It only takes space.', KEEP),
} as const satisfies Readonly<Record<string, FindingKind>>;

export type FindingCode = keyof typeof FINDINGS;

export function isFindingCode(code: string): code is FindingCode {
  return Object.hasOwn(FINDINGS, code);
}

/** One thing wrong with one entry (or one file, or the cache as a whole). */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** Entry key, where the finding is about an entry. */
  readonly key?: string;
  /** Volume name or text of the item, where it is known. */
  readonly name?: string;
  /** File the finding is about, relative to the cache directory. */
  readonly file?: string;
  /** One sentence with the numbers: expected, found, record, offset. */
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Findings of one code and severity that a running job has found so far. */
export interface FoundGroup {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly count: number;
  /** The newest first, at most `FOUND_NEWEST_MAX`. */
  readonly newest: readonly Finding[];
}

/** A window shows a few of each group while the job runs; all of them when it ends. */
export const FOUND_NEWEST_MAX = 20;
