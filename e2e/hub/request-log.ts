/** One request, as a listener saw it. */
export interface LoggedRequest {
  /** `elsewhere` is a host of somebody else, to which an answer may redirect. */
  readonly listener: 'hub' | 'storage' | 'elsewhere';
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly range: string | undefined;
  readonly hasAuthorization: boolean;
  /** Address with its query, and the values of all headers: where a token can be. */
  readonly head: string;
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
