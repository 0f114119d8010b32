/** A configuration value as JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface ModelConfig {
  readonly id: string;
  readonly name?: string;
  readonly api?: string;
  readonly reasoning?: boolean;
  readonly input?: readonly ('text' | 'image')[];
  readonly cost?: {
    readonly input?: number;
    readonly output?: number;
    readonly cacheRead?: number;
    readonly cacheWrite?: number;
  };
  readonly contextWindow?: number;
  readonly maxTokens?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ProviderConfig {
  readonly baseUrl: string;
  readonly apiKey?: string;
  readonly auth?: string;
  readonly api?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly authHeader?: boolean;
  readonly models: readonly ModelConfig[];
}

export interface ToolPolicyConfig {
  readonly profile?: string;
  readonly allow?: readonly string[];
  readonly alsoAllow?: readonly string[];
  readonly deny?: readonly string[];
  readonly byProvider?: Readonly<
    Record<
      string,
      {
        readonly profile?: string;
        readonly allow?: readonly string[];
        readonly alsoAllow?: readonly string[];
        readonly deny?: readonly string[];
      }
    >
  >;
  readonly exec?: {
    readonly host?: string;
    readonly security?: string;
    readonly ask?: string;
    readonly backgroundMs?: number;
    readonly timeoutSec?: number;
    readonly pathPrepend?: readonly string[];
    readonly [key: string]: unknown;
  };
  readonly fs?: { readonly workspaceOnly?: boolean };
  readonly [key: string]: unknown;
}

export interface AgentConfig {
  readonly id: string;
  readonly default?: boolean;
  readonly name?: string;
  readonly workspace?: string;
  readonly agentDir?: string;
  readonly model?: string | { readonly primary?: string; readonly fallbacks?: readonly string[] };
  readonly identity?: {
    readonly name?: string;
    readonly theme?: string;
    readonly emoji?: string;
    readonly avatar?: string;
  };
  readonly tools?: ToolPolicyConfig;
  readonly [key: string]: unknown;
}

/**
 * The part of `openclaw.json` that code reads by name. Everything else of the file is kept and reachable as unknown;
 * the loader has checked the whole file against the contract's schema before it becomes a Config.
 */
export interface Config {
  readonly gateway?: {
    readonly mode?: 'local' | 'remote';
    readonly port?: number;
    readonly bind?: 'auto' | 'lan' | 'loopback' | 'custom' | 'tailnet';
    readonly customBindHost?: string;
    readonly auth?: {
      readonly mode?: 'token' | 'password' | 'trusted-proxy';
      readonly token?: string;
      readonly password?: string;
      readonly allowTailscale?: boolean;
      readonly rateLimit?: {
        readonly maxAttempts?: number;
        readonly windowMs?: number;
        readonly lockoutMs?: number;
        readonly exemptLoopback?: boolean;
      };
      readonly trustedProxy?: {
        readonly userHeader?: string;
        readonly requiredHeaders?: readonly string[];
        readonly allowUsers?: readonly string[];
      };
    };
    readonly trustedProxies?: readonly string[];
    readonly controlUi?: {
      readonly enabled?: boolean;
      readonly basePath?: string;
      readonly root?: string;
      readonly allowedOrigins?: readonly string[];
      readonly allowInsecureAuth?: boolean;
      readonly dangerouslyDisableDeviceAuth?: boolean;
    };
    readonly remote?: {
      readonly url?: string;
      readonly token?: string;
      readonly password?: string;
      readonly tlsFingerprint?: string;
    };
    readonly tls?: {
      readonly enabled?: boolean;
      /** Absent: a self-signed pair is made when there is none. */
      readonly autoGenerate?: boolean;
      readonly certPath?: string;
      readonly keyPath?: string;
      readonly caPath?: string;
    };
    readonly tailscale?: { readonly mode?: 'off' | 'serve' | 'funnel'; readonly resetOnExit?: boolean };
    readonly [key: string]: unknown;
  };
  readonly canvasHost?: {
    readonly enabled?: boolean;
    readonly root?: string;
    readonly liveReload?: boolean;
    readonly [key: string]: unknown;
  };
  readonly models?: {
    readonly mode?: 'merge' | 'replace';
    readonly providers?: Readonly<Record<string, ProviderConfig>>;
    readonly [key: string]: unknown;
  };
  readonly agents?: {
    readonly defaults?: {
      readonly model?: string | { readonly primary?: string; readonly fallbacks?: readonly string[] };
      readonly models?: Readonly<Record<string, { readonly alias?: string; readonly [key: string]: unknown }>>;
      readonly workspace?: string;
      readonly skipBootstrap?: boolean;
      readonly bootstrapMaxChars?: number;
      readonly bootstrapTotalMaxChars?: number;
      readonly userTimezone?: string;
      readonly thinkingDefault?: string;
      readonly timeoutSeconds?: number;
      readonly maxConcurrent?: number;
      readonly contextTokens?: number;
      readonly heartbeat?: { readonly every?: string; readonly [key: string]: unknown };
      readonly [key: string]: unknown;
    };
    readonly list?: readonly AgentConfig[];
  };
  readonly tools?: ToolPolicyConfig;
  readonly session?: {
    readonly scope?: 'per-sender' | 'global';
    readonly mainKey?: string;
    readonly store?: string;
    readonly dmScope?: string;
    readonly sendPolicy?: {
      readonly default?: 'allow' | 'deny';
      readonly rules?: readonly {
        readonly action: 'allow' | 'deny';
        readonly match?: {
          readonly channel?: string;
          readonly chatType?: string;
          readonly keyPrefix?: string;
          readonly rawKeyPrefix?: string;
        };
      }[];
    };
    readonly [key: string]: unknown;
  };
  readonly logging?: {
    readonly level?: string;
    readonly file?: string;
    readonly consoleLevel?: string;
    readonly consoleStyle?: string;
    readonly redactSensitive?: string;
    readonly redactPatterns?: readonly string[];
  };
  readonly env?: { readonly vars?: Readonly<Record<string, string>>; readonly [key: string]: unknown };
  readonly commands?: { readonly restart?: boolean; readonly [key: string]: unknown };
  readonly ui?: {
    readonly seamColor?: string;
    readonly assistant?: { readonly name?: string; readonly avatar?: string };
  };
  readonly [key: string]: unknown;
}
