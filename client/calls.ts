import type { Client, ClientPathsWithMethod, FetchResponse, MaybeOptionalInit } from 'openapi-fetch';
import type { paths } from './schema';

type Method = 'get' | 'put' | 'post' | 'patch' | 'delete';
type PathOf<M extends Method> = ClientPathsWithMethod<Client<paths>, M>;
type MediaType = `${string}/${string}`;

type InitOf<Path extends keyof paths, M extends Method> = MaybeOptionalInit<paths[Path], M>;

type DataOf<Operation> = Extract<
  FetchResponse<Operation & Record<string | number, unknown>, unknown, MediaType>,
  { error?: never }
>['data'];

/** What came of a call that succeeded; everything else is thrown. */
export interface Answered<Data> {
  /** The body, of the type that the API describes. */
  readonly data: Data;
  /** Status and headers. */
  readonly response: Response;
}

/** One HTTP method: the path as the API describes it, and `params`, `body`, `headers` and `signal` as far as it takes them. */
export type Call<M extends Method> = <Path extends PathOf<M>>(
  path: Path,
  ...init: undefined extends InitOf<Path, M> ? [init?: InitOf<Path, M>] : [init: InitOf<Path, M>]
) => Promise<Answered<DataOf<paths[Path][M]>>>;
