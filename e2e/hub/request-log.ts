/** One request, as a listener saw it. */
export interface LoggedRequest {
  readonly listener: 'hub' | 'storage';
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly range: string | undefined;
  readonly hasAuthorization: boolean;
  readonly userAgent: string;
  readonly atMs: number;
  /** Filled in as the answer goes out. */
  status: number;
  bytesSent: number;
}

/** `HEAD hub /datasets/…`: the form in which sequences of requests are compared. */
export function requestLine(entry: LoggedRequest): string {
  return `${entry.method} ${entry.listener} ${entry.path}`;
}
