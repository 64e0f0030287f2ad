/** What fontconfig takes for one name: it compares families without blanks and letter case. */
export function familyKey(family: string): string {
  return family.replaceAll(' ', '').toLowerCase();
}
