/** Who wants to hear what the tables wrote. Told inside the transaction, so a listener only takes note. */
export interface ChangeListener {
  logChanged(logId: number): void;
  sessionChanged(session: { readonly file: string; readonly sessionId: string }): void;
}

export interface ChangeFeed extends ChangeListener {
  /** Sets the one listener; without one changes go unheard. */
  listen(listener: ChangeListener): void;
}

/** Stands between the tables, which are made first, and the mirror, which reads them. */
export function createChangeFeed(): ChangeFeed {
  let heard: ChangeListener | undefined;
  return {
    listen(listener) {
      heard = listener;
    },
    logChanged: (logId) => heard?.logChanged(logId),
    sessionChanged: (session) => heard?.sessionChanged(session),
  };
}
