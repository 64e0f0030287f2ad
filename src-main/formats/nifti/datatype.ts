/** Element types that are read, by NIfTI datatype code. */
export interface NiftiDatatype {
  readonly code: number;
  /** numpy name. */
  readonly name: string;
  /** Bytes of one voxel as stored. */
  readonly bytes: number;
  /** Bytes of the part that byte order applies to: half of `bytes` for complex types. */
  readonly wordBytes: 1 | 2 | 4 | 8;
  readonly isComplex: boolean;
}

type Row = readonly [code: number, name: string, bytes: number, wordBytes: 1 | 2 | 4 | 8];

const READ: readonly Row[] = [
  [2, 'uint8', 1, 1],
  [4, 'int16', 2, 2],
  [8, 'int32', 4, 4],
  [16, 'float32', 4, 4],
  [32, 'complex64', 8, 4],
  [64, 'float64', 8, 8],
  [256, 'int8', 1, 1],
  [512, 'uint16', 2, 2],
  [768, 'uint32', 4, 4],
  [1024, 'int64', 8, 8],
  [1280, 'uint64', 8, 8],
  [1792, 'complex128', 16, 8],
];

const BY_CODE: ReadonlyMap<number, NiftiDatatype> = new Map(
  READ.map(([code, name, bytes, wordBytes]) => [code, { code, name, bytes, wordBytes, isComplex: bytes > wordBytes }]),
);

/** Codes of the standard that are recognised and refused, with the name to show. */
const REFUSED: ReadonlyMap<number, string> = new Map([
  [1, 'single bits'],
  [128, 'RGB colours'],
  [1536, '128-bit floats'],
  [2048, '256-bit complex numbers'],
  [2304, 'RGBA colours'],
]);

export function findDatatype(code: number): NiftiDatatype | undefined {
  return BY_CODE.get(code);
}

/** What a code that is not read stands for, if the standard knows it. */
export function refusedDatatypeName(code: number): string | undefined {
  return REFUSED.get(code);
}
