import { installClients } from './installed-clients.ts';

/** The release the corpus was recorded from. */
export const ORIGINAL_RELEASE = '2026.2.17';

/** The command that starts the original's gateway, which is installed from the registry when it is not there yet. */
export async function originalGatewayCommand(note: (line: string) => void): Promise<string> {
  note(`looking for the original ${ORIGINAL_RELEASE}; the first time it is installed from the registry`);
  const clients = await installClients();
  if (!clients.available) throw new Error(clients.reason);
  return `exec '${process.execPath}' '${clients.openclaw}' gateway run`;
}
