/** The vault's reply to one request: an HTTP status and a body on one line, both passed on as they are. */
export interface VaultReply {
  readonly status: number;
  readonly body: string;
}

/** The way to the vault. The gateway knows no more of it than this. */
export interface Door {
  /**
   * Sends one request and resolves with the vault's reply. `verb` and `body` hold no line end. When it rejects, whether the vault acted is
   * not known; a query may always be sent again, since the same query gets the same answer. Rejects with `vault-unavailable`,
   * `vault-timeout` or `queue-full`.
   */
  ask(verb: string, body: string): Promise<VaultReply>;
}
