import type { HubProblem } from './answer.ts';

export interface DoubleAccount {
  readonly name: string;
  /** Fine-grained tokens only. */
  readonly canReadGatedRepos?: boolean;
}

/** Who may do what with the dataset; `granted` are tokens. */
export type Access =
  | { readonly kind: 'open' }
  | { readonly kind: 'gated'; readonly mode: 'auto' | 'manual'; readonly granted: readonly string[] }
  | { readonly kind: 'private'; readonly granted: readonly string[] }
  | { readonly kind: 'disabled' };

export interface AccessState {
  access: Access;
  /** Known tokens; when undefined, every token is somebody's. */
  accounts: Readonly<Record<string, DoubleAccount>> | undefined;
}

export const REPOSITORY_NOT_FOUND = { code: 'RepoNotFound', message: 'Repository not found' } as const;

/** Why a caller is refused, as the Hub would put it; undefined when it is not. */
export function accessProblem(state: AccessState, token: string | undefined, isDownload: boolean): HubProblem | undefined {
  const { access } = state;
  if (token !== undefined && state.accounts !== undefined && state.accounts[token] === undefined) {
    return { status: 401, message: 'Invalid credentials in Authorization header' };
  }
  const isGranted = access.kind === 'open' || (access.kind !== 'disabled' && token !== undefined && access.granted.includes(token));
  if (isGranted) return undefined;
  switch (access.kind) {
    case 'private':
      return { status: token === undefined ? 401 : 404, ...REPOSITORY_NOT_FOUND };
    case 'disabled':
      return isDownload ? { status: 403, message: 'Access to this resource is disabled.' } : undefined;
    case 'gated':
      // The commit and the listing of a gated dataset can be read without access.
      return isDownload ? { status: token === undefined ? 401 : 403, code: 'GatedRepo', message: 'Access to this dataset is restricted.' } : undefined;
  }
}
