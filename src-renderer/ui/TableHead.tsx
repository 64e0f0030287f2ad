/** A name, or what stands in its place: `isHidden` is read aloud only. */
type Column = string | { readonly name: string; readonly className?: string | undefined; readonly isHidden?: boolean };

/** The first row of a table: what its columns are. */
export function TableHead({ columns }: { readonly columns: readonly Column[] }) {
  return (
    <thead>
      <tr>
        {columns.map((column) => {
          const { name, className, isHidden = false } = typeof column === 'string' ? { name: column } : column;
          return (
            <th key={name} scope="col" className={className}>
              {isHidden ? <span className="visually-hidden">{name}</span> : name}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
