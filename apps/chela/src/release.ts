/** This release, kept in step with package.json by a test. */
export const CHELA_VERSION = '0.1.0';

/** The release of OpenClaw whose contract this one keeps. */
export const COMPAT_VERSION = '2026.2.17';
