import type { ConfigProblem } from '../../contract/config.ts';
import type { YamlPosition } from '../../formats/yaml/index.ts';

export type { ConfigProblem } from '../../contract/config.ts';

/** Gathers the problems of one file. Texts registered as secret never appear in them. */
export class ConfigProblems {
  private readonly list: ConfigProblem[] = [];
  private readonly secrets = new Set<string>();
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  error(at: YamlPosition, path: string, message: string, allowed?: string): void {
    this.add('error', at, path, message, allowed);
  }

  warning(at: YamlPosition, path: string, message: string, allowed?: string): void {
    this.add('warning', at, path, message, allowed);
  }

  addForeign(problem: ConfigProblem): void {
    this.list.push(problem);
  }

  addSecret(text: string): void {
    if (text.length > 0) this.secrets.add(text);
  }

  get hasErrors(): boolean {
    return this.list.some((problem) => problem.severity === 'error');
  }

  /** In order of the file; problems of other files behind. */
  all(): ConfigProblem[] {
    return this.list
      .map((problem) => ({ ...problem, message: this.redact(problem.message) }))
      .toSorted((a, b) => Number(a.file !== this.file) - Number(b.file !== this.file) || a.line - b.line || a.column - b.column);
  }

  private add(severity: ConfigProblem['severity'], { line, column }: YamlPosition, path: string, message: string, allowed?: string): void {
    this.list.push({ severity, file: this.file, line, column, path, message, ...(allowed === undefined ? {} : { allowed }) });
  }

  private redact(message: string): string {
    let result = message;
    for (const secret of this.secrets) result = result.replaceAll(secret, '***');
    return result;
  }
}

/** `config.yaml:7:3: image_processing.clip_hu_max: is null, not a number (allowed: a number)` */
export function formatConfigProblem({ file, line, column, path, message, allowed, severity }: ConfigProblem): string {
  const kind = severity === 'warning' ? 'warning: ' : '';
  const subject = path === '' ? '' : `${path}: `;
  return `${file}:${line}:${column}: ${kind}${subject}${message}${allowed === undefined ? '' : ` (allowed: ${allowed})`}`;
}
