import type { SecurityStore } from '../../security/security-store.ts';

/** Requests that were blocked, in full and without secrets. */
export function QuarantineList({ security }: { readonly security: SecurityStore }) {
  const files = security.quarantine.value;
  return (
    <div>
      <h3>Quarantine</h3>
      {files.length === 0 && <p class="muted">Nothing was put away.</p>}
      <ul class="decisions">
        {files.map(({ file, atMs, reasons, request }) => (
          <li key={file}>
            <details class="decision" data-testid="quarantined">
              <summary>
                <span class="decision-subject">{reasons[0] ?? file}</span>
                <time dateTime={new Date(atMs).toISOString()}>{new Date(atMs).toLocaleString()}</time>
              </summary>
              <pre>{JSON.stringify(request, null, 2)}</pre>
              <div class="card-row">
                <span class="muted">{file}</span>
                <button type="button" onClick={() => void security.remove(file)}>
                  Delete
                </button>
              </div>
            </details>
          </li>
        ))}
      </ul>
    </div>
  );
}
