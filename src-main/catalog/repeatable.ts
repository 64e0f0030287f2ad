/** A list that can be gone through again, as the transaction is where the disk was full. */
export function repeatable<T>(rows: Iterable<T>): Iterable<T> {
  return Array.isArray(rows) || rows instanceof Set ? (rows as Iterable<T>) : Array.from(rows);
}
