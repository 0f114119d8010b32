import { gatewayPort } from '@chela/config';
import { invalidRequest, unavailable } from '@chela/protocol';
import type { GatewayServices, MethodFamily } from '../method.ts';
import { isRecord } from './record.ts';
import { createRowBuilder } from './row.ts';

const METHODS: ReadonlySet<unknown> = new Set(['GET', 'POST', 'DELETE']);
/** Ports of browser control count from the gateway's (reference nodes/browser-canvas-voice.md §A1). */
const RELAY_PORT_OFFSET = 3;
const RELAY_COLOR = '#00AA00';

/**
 * `browser.request` of a gateway without browser control: the status route tells that nothing runs, every other route is
 * refused as it is where browser control is switched off.
 */
export const browserMethods: MethodFamily = (services) => {
  const { loose } = createRowBuilder();
  return [
    loose({
      name: 'browser.request',
      handle(params) {
        const method = typeof params.method === 'string' ? params.method.trim().toUpperCase() : '';
        const path = typeof params.path === 'string' ? params.path.trim() : '';
        if (method === '' || path === '') throw invalidRequest('method and path are required');
        if (!METHODS.has(method)) throw invalidRequest('method must be GET, POST, or DELETE');
        const { browser } = services.config.current();
        const switchedOff = isRecord(browser) && browser.enabled === false;
        if (switchedOff || method !== 'GET' || path !== '/') throw unavailable('browser control is disabled');
        return absentStatus(services);
      },
    }),
  ];
};

function absentStatus({ config }: GatewayServices): Readonly<Record<string, unknown>> {
  const cdpPort = gatewayPort(config.current(), {}) + RELAY_PORT_OFFSET;
  return {
    enabled: false,
    profile: 'chrome',
    running: false,
    cdpReady: false,
    cdpHttp: false,
    pid: null,
    cdpPort,
    cdpUrl: `http://127.0.0.1:${cdpPort}`,
    chosenBrowser: null,
    detectedBrowser: null,
    detectedExecutablePath: null,
    detectError: 'This gateway has no browser control.',
    userDataDir: null,
    color: RELAY_COLOR,
    headless: false,
    noSandbox: false,
    executablePath: null,
    attachOnly: false,
  };
}
