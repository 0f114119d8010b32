/** `security.defender` of the configuration, whatever it is. */
export function defenderSection(config: object): unknown {
  const security = 'security' in config ? config.security : undefined;
  return typeof security === 'object' && security !== null && 'defender' in security ? security.defender : undefined;
}
