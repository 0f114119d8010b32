/** The bot itself, as getMe tells. */
export interface Self {
  readonly id: string;
  /** Without `@`. */
  readonly username: string;
  readonly name: string;
}
