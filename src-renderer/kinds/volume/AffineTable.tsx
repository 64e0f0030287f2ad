import styles from './Facts.module.css';

/** The affine in rows, as the file has it: voxel to world, mm, RAS+. */
export function AffineTable({ affine }: { readonly affine: readonly number[] }) {
  const rows = [0, 1, 2, 3].map((row) => affine.slice(4 * row, 4 * row + 4));
  return (
    <details className={styles.details}>
      <summary>Affine, voxel to mm (RAS+)</summary>
      <table>
        <tbody>
          {rows.map((row, r) => (
            <tr key={r}>
              {row.map((value, c) => (
                <td key={c}>{formatElement(value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** Zero is said plainly: signs of zero and `0.0000` only hide the numbers that matter. */
function formatElement(value: number): string {
  return value === 0 ? '0' : Number.isInteger(value) ? String(value).replace('-', '−') : value.toFixed(4).replace('-', '−');
}
