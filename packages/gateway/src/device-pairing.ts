export interface DeviceToken {
  readonly token: string;
  readonly role: string;
  readonly scopes: readonly string[];
  readonly createdAtMs: number;
  readonly rotatedAtMs?: number;
  readonly revokedAtMs?: number;
  readonly lastUsedAtMs?: number;
}

/** `devices/paired.json` row (reference protocol/state-layout.md §3.6). */
export interface PairedDevice {
  readonly deviceId: string;
  readonly publicKey: string;
  readonly displayName?: string;
  readonly platform?: string;
  readonly clientId?: string;
  readonly clientMode?: string;
  readonly role?: string;
  readonly roles?: readonly string[];
  readonly scopes?: readonly string[];
  readonly remoteIp?: string;
  readonly tokens?: Readonly<Record<string, DeviceToken>>;
  readonly createdAtMs: number;
  readonly approvedAtMs: number;
}

export interface PairingRequest {
  readonly requestId: string;
  readonly deviceId: string;
  readonly publicKey: string;
  readonly displayName?: string;
  readonly platform?: string;
  readonly clientId?: string;
  readonly clientMode?: string;
  readonly role?: string;
  readonly roles?: readonly string[];
  readonly scopes?: readonly string[];
  readonly remoteIp?: string;
  readonly silent?: boolean;
  readonly isRepair?: boolean;
  readonly ts: number;
}

/** Devices and their tokens, in the original's files, one writer, atomic (reference protocol/protocol.md §4). */
export interface DevicePairing {
  list(): Promise<{ readonly pending: readonly PairingRequest[]; readonly paired: readonly PairedDevice[] }>;
  get(deviceId: string): Promise<PairedDevice | undefined>;
  /** Files a request, or returns the one already pending for the device. */
  request(
    input: Omit<PairingRequest, 'requestId' | 'ts' | 'isRepair'>,
  ): Promise<{ readonly request: PairingRequest; readonly created: boolean }>;
  approve(requestId: string): Promise<PairedDevice | undefined>;
  reject(requestId: string): Promise<PairingRequest | undefined>;
  /** Refreshes what is known of a paired device. */
  touch(
    deviceId: string,
    patch: Partial<
      Pick<
        PairedDevice,
        'displayName' | 'platform' | 'clientId' | 'clientMode' | 'role' | 'roles' | 'scopes' | 'remoteIp'
      >
    >,
  ): Promise<void>;
  /** The device's token for a role: the existing one when it covers the scopes and is not revoked, else a new one. */
  ensureToken(deviceId: string, role: string, scopes: readonly string[]): Promise<DeviceToken | undefined>;
  verifyToken(input: { deviceId: string; token: string; role: string; scopes: readonly string[] }): Promise<boolean>;
  rotateToken(deviceId: string, role: string, scopes?: readonly string[]): Promise<DeviceToken | undefined>;
  revokeToken(deviceId: string, role: string): Promise<DeviceToken | undefined>;
}
