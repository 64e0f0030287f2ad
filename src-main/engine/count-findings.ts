import type { VerifyResult } from '../contract/commands.ts';
import type { Finding } from '../contract/findings.ts';

/** Findings by code and by weight. */
export function countFindings(findings: readonly Finding[]): Pick<VerifyResult, 'byCode' | 'errors' | 'warnings'> {
  const byCode: Record<string, number> = {};
  let errors = 0;
  let warnings = 0;
  for (const finding of findings) {
    byCode[finding.code] = (byCode[finding.code] ?? 0) + 1;
    if (finding.severity === 'error') errors++;
    if (finding.severity === 'warning') warnings++;
  }
  return { byCode, errors, warnings };
}
