import { open } from 'node:fs/promises';
import { errnoOf, LarderError, throwIfAborted } from '../../base/index.ts';
import { CsvError, CsvReader, type CsvRow } from '../../formats/csv/index.ts';
import { PandasColumn } from './list-pandas.ts';

/** The only column of a list that matters. */
export const NAME_COLUMN = 'VolumeName';

export interface NameColumn {
  readonly column: PandasColumn;
  /** Line of the file on which data row `row` begins, from 1. */
  readonly lineOf: (row: number) => number;
  readonly warnings: readonly { readonly line: number; readonly message: string }[];
}

const CHUNK_BYTES = 1 << 18;

/** Reads the name column of a CSV in pieces. @throws LIST_INVALID with file and line; `CANCELLED` */
export async function readNameColumn(path: string, signal?: AbortSignal): Promise<NameColumn> {
  const rows = new NameRows(path);
  const reader = new CsvReader((row) => rows.take(row));
  try {
    const handle = await open(path, 'r');
    try {
      const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
      for (;;) {
        throwIfAborted(signal);
        const { bytesRead } = await handle.read(buffer, 0, buffer.length);
        if (bytesRead === 0) break;
        reader.push(buffer.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
    reader.end();
  } catch (error) {
    throw listError(path, error);
  }
  return rows.finish();
}

/** Understands the records of one file: header, field counts, the name in each. */
class NameRows {
  private readonly path: string;
  private readonly warnings: { line: number; message: string }[] = [];
  private readonly lines = new LineIndex();
  private header: { readonly line: number; readonly names: readonly string[] } | undefined;
  private column: PandasColumn | undefined;
  private nameIndex = 0;
  private expectedFields = 0;

  constructor(path: string) {
    this.path = path;
  }

  take(row: CsvRow): void {
    if (this.header === undefined) this.takeHeader(row);
    else this.takeRow(row, this.column ?? this.takeFirstRow(row, this.header.names.length));
  }

  finish(): NameColumn {
    if (this.header === undefined) throw invalidList(this.path, 1, 'the file is empty', `It needs a header line with ${NAME_COLUMN}.`);
    if (this.column === undefined) this.warnings.push({ line: this.header.line, message: 'there is a header but no volume below it' });
    return { column: this.column ?? new PandasColumn(this.header.names.length), lineOf: (row) => this.lines.lineOf(row), warnings: this.warnings };
  }

  private takeHeader(row: CsvRow): void {
    const names = Array.from({ length: row.fieldCount }, (_, i) => row.field(i));
    this.header = { line: row.line, names };
    this.nameIndex = names.indexOf(NAME_COLUMN);
    if (this.nameIndex === -1) throw this.missingColumn(names, row.line);
    // Of equal names pandas keeps the first and calls the others VolumeName.1 and so on.
    if (names.lastIndexOf(NAME_COLUMN) !== this.nameIndex) {
      this.warnings.push({ line: row.line, message: `the header has ${NAME_COLUMN} more than once; the first column counts` });
    }
  }

  private missingColumn(names: readonly string[], line: number): LarderError {
    const near = names.find((name) => name.trim().toLowerCase().replaceAll(/[_\s]/g, '') === NAME_COLUMN.toLowerCase());
    const found = names.slice(0, 8).map((name) => JSON.stringify(name.slice(0, 40)));
    const hint =
      near === undefined
        ? `The header has ${found.join(', ')}${names.length > 8 ? ', …' : ''}. The name must be exact.`
        : `The header has ${JSON.stringify(near)}; it must be exactly ${NAME_COLUMN}.`;
    return invalidList(this.path, line, `there is no column ${NAME_COLUMN}`, hint);
  }

  /** A first row longer than the header makes pandas take its first fields as row labels, for the whole file. */
  private takeFirstRow(row: CsvRow, headerFields: number): PandasColumn {
    const labels = Math.max(0, row.fieldCount - headerFields);
    this.expectedFields = Math.max(headerFields, row.fieldCount);
    if (labels > 0) {
      this.nameIndex += labels;
      const message =
        `the first row has ${row.fieldCount} fields, the header ${headerFields}: ` +
        `as in pandas, ${NAME_COLUMN} is taken from field ${this.nameIndex + 1}`;
      this.warnings.push({ line: row.line, message });
    }
    this.column = new PandasColumn(headerFields + labels);
    return this.column;
  }

  private takeRow(row: CsvRow, column: PandasColumn): void {
    if (row.fieldCount > this.expectedFields) {
      const message = `${row.fieldCount} fields where ${this.expectedFields} are expected`;
      throw invalidList(this.path, row.line, message, 'A comma inside a value needs quotes around the value.');
    }
    this.lines.add(column.length, row.line);
    column.add(row.field(this.nameIndex));
  }
}

/** Lines of rows, kept only where they stop following one another. */
class LineIndex {
  private readonly jumps: { row: number; line: number }[] = [];

  add(row: number, line: number): void {
    const last = this.jumps.at(-1);
    if (last === undefined || line - last.line !== row - last.row) this.jumps.push({ row, line });
  }

  lineOf(row: number): number {
    const jump = this.jumps.findLast((candidate) => candidate.row <= row);
    return jump === undefined ? 1 : jump.line + row - jump.row;
  }
}

export function invalidList(path: string, line: number, message: string, hint = 'Correct the CSV, or name another one in paths.data_subsets.'): LarderError {
  return new LarderError('LIST_INVALID', `${path}:${line}: ${message}.`, { hint, details: { path, line } });
}

function listError(path: string, error: unknown): unknown {
  if (error instanceof CsvError) return invalidList(path, error.line, error.message);
  const errno = errnoOf(error);
  if (errno === undefined) return error;
  const reason = errno === 'ENOENT' || errno === 'ENOTDIR' ? 'there is no such file' : errno === 'EISDIR' ? 'it is a folder' : `it cannot be read (${errno})`;
  return new LarderError('LIST_INVALID', `The volume list ${path} cannot be used: ${reason}.`, {
    hint: 'Check paths.data_dir and paths.data_subsets in the config; the CSVs are looked for below data_dir.',
    details: { path, line: 1, errno },
    cause: error,
  });
}
