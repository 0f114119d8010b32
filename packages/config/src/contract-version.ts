/** The release whose configuration contract this package keeps; written as `meta.lastTouchedVersion`. */
export const CONFIG_CONTRACT_VERSION = '2026.2.17';
