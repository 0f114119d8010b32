export type { Broadcast, StateVersion } from './broadcast.ts';
export type { DevicePairing, DeviceToken, PairedDevice, PairingRequest } from './device-pairing.ts';
export type { HealthMonitor } from './health-monitor.ts';
export type { Caller, GatewayServices, MethodContext, MethodDefinition, MethodFamily } from './method.ts';
export type { Presence, PresenceEntry } from './presence.ts';
