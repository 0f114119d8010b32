import type { Config } from '@chela/config';
import { isRecord } from '../call/arguments.ts';

export interface LoopSettings {
  readonly enabled: boolean;
  /** How many calls of a session are remembered. */
  readonly historySize: number;
  readonly warningThreshold: number;
  readonly criticalThreshold: number;
  readonly globalCircuitBreakerThreshold: number;
  readonly detectors: {
    readonly genericRepeat: boolean;
    readonly knownPollNoProgress: boolean;
    readonly pingPong: boolean;
  };
}

const HISTORY_SIZE = 30;
const WARNING = 10;
const CRITICAL = 20;
const BREAKER = 30;

function count(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : fallback;
}

/** Settings with defaults; thresholds are forced to rise (reference agent/tools.md ). */
export function loopSettings(given: unknown): LoopSettings {
  const value = isRecord(given) ? given : {};
  const detectors = isRecord(value.detectors) ? value.detectors : {};
  const warningThreshold = count(value.warningThreshold, WARNING);
  const criticalThreshold = Math.max(count(value.criticalThreshold, CRITICAL), warningThreshold + 1);
  const breaker = count(value.globalCircuitBreakerThreshold, BREAKER);
  return {
    enabled: value.enabled === true,
    historySize: count(value.historySize, HISTORY_SIZE),
    warningThreshold,
    criticalThreshold,
    globalCircuitBreakerThreshold: Math.max(breaker, criticalThreshold + 1),
    detectors: {
      genericRepeat: detectors.genericRepeat !== false,
      knownPollNoProgress: detectors.knownPollNoProgress !== false,
      pingPong: detectors.pingPong !== false,
    },
  };
}

/** The settings of an agent, its own over the global ones, detectors merged. */
export function agentLoopSettings(config: Config, agentId: string): LoopSettings {
  const global = isRecord(config.tools?.loopDetection) ? config.tools.loopDetection : {};
  const tools = config.agents?.list?.find((entry) => entry.id === agentId)?.tools;
  const own = isRecord(tools?.loopDetection) ? tools.loopDetection : {};
  const detectors = {
    ...(isRecord(global.detectors) ? global.detectors : {}),
    ...(isRecord(own.detectors) ? own.detectors : {}),
  };
  return loopSettings({ ...global, ...own, detectors });
}
