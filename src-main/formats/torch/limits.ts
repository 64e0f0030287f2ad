/**
 * What a file may ask for. Every limit is far above what PyTorch writes for a volume (a 6 KB pickle,
 * 8 records) and low enough that a hostile file costs neither memory nor time.
 */
export const LIMITS = {
  /** Bytes of the central directory: some 300 000 records. */
  directoryBytes: 32 * 2 ** 20,
  /** Bytes of `data.pkl`. */
  pickleBytes: 64 * 2 ** 20,
  /** Bytes of the one-line records (`version`, `byteorder`, …). */
  smallRecordBytes: 4096,
  /** Bytes all deflated records may unpack to; PyTorch never writes deflated records. */
  inflatedBytes: 1024 * 2 ** 20,
  /** Deflate cannot pack better than 1032:1 (zlib's documentation, "Maximum Compression Factor"). */
  inflateRatio: 1032,
  /** Characters of a module, class or storage name. */
  nameLength: 512,
  /** Names of code that are reported one by one. */
  unsafeNames: 100,
  /** Opcodes of one pickle. */
  opcodes: 4_000_000,
  /** Bytes of one integer; Python itself refuses to print integers of more than 4300 digits. */
  integerBytes: 2048,
  /** Bytes that pickle operations may create beyond the stream itself (copies, conversions). */
  createdBytes: 256 * 2 ** 20,
  /** Containers inside containers. */
  depth: 100,
  /** Values counted as often as they are reached: shared lists can describe exponential trees. */
  expandedValues: 4_000_000,
  /** Bytes a view is unpacked to: a stride of 0 can claim any number of elements. */
  gatheredBytes: 512 * 2 ** 20,
  /** Largest storage whose bytes a report carries along (affines and the like). */
  carriedBytes: 4096,
} as const;
