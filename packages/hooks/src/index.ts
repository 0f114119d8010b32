export type { BundledRooms, SaidMessage } from './bundled/bundled-rooms.ts';
export { createHooks, type HookServiceDeps } from './create-hooks.ts';
export type * from './hook-event.ts';
export {
  type InstalledHooks,
  type InstallHooksDeps,
  installHooks,
  linkHooks,
  updatePackage,
} from './install/install-hooks.ts';
export type { HookService } from './service.ts';
export { silentBell } from './silent-bell.ts';
export { type HookReport, type HookStatus, hookReport } from './status/hook-report.ts';
