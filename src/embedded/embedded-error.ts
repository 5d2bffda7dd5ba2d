export type EmbeddedErrorCode =
  | 'account_missing'
  | 'binary_missing'
  | 'binary_not_genuine'
  | 'cluster_unusable'
  | 'data_folder_in_use'
  | 'disk_full'
  | 'folder_unusable'
  | 'given_up'
  | 'not_ready'
  | 'option_invalid'
  | 'platform_not_supported'
  | 'port_in_use'
  | 'production_refused'
  | 'server_not_started'
  | 'wheel_unreadable';

/** Something keeps the system from starting. The message is one sentence for the person at the terminal, with the way to mend it. */
export class EmbeddedError extends Error {
  readonly code: EmbeddedErrorCode;

  constructor(code: EmbeddedErrorCode, message: string) {
    super(message);
    this.name = 'EmbeddedError';
    this.code = code;
  }
}
