import type { KnownDanger } from './danger-table.ts';

const RIGHTS = 'privilege_escalation';
const OPENED = 'public_exposure';

/** Rights and doors of accounts that live elsewhere. */
export const CLOUD_DANGERS: readonly KnownDanger[] = [
  {
    tag: RIGHTS,
    reason: 'gives away rights in the cloud, or makes a new key to it',
    program: /^aws$/,
    asks: /\biam (?:create-(?:access-key|user|login-profile|policy-version|role)|attach-\S+-policy|put-\S+-policy|update-(?:assume-role-policy|login-profile)|add-user-to-group|add-role-to-instance-profile)\b|\bdeactivate-mfa-device\b/,
  },
  {
    tag: RIGHTS,
    reason: 'gives away rights in the cloud, or makes a new key to it',
    program: /^(?:gcloud|az|doctl|oci|ibmcloud)$/,
    asks: /\badd-iam-policy-binding\b|\bset-iam-policy\b|\bkeys create\b|\bad sp (?:create|credential)|\brole assignment create\b|\bad user create\b|\bapi-keys? create\b/,
  },
  {
    tag: 'defense_evasion',
    reason: 'stops the recording of what happens in the cloud',
    program: /^(?:aws|gcloud|az)$/,
    asks: /\b(?:stop-logging|delete-trail|delete-detector|delete-flow-logs|stop-configuration-recorder|sinks delete|diagnostic-settings delete|activity-alert delete)\b/,
  },
  {
    tag: RIGHTS,
    reason: 'gives away the rights over a cluster',
    program: /^(?:kubectl|oc|k3s)$/,
    asks: /\b(?:patch|edit|replace) (?:cluster)?role(?:binding)?\b|\bcreate (?:cluster)?rolebinding\b|--clusterrole[= ]cluster-admin\b|\badm policy add-\S+-role\b|\bauth reconcile\b/,
  },
  {
    tag: OPENED,
    reason: 'opens to everybody what only few may see',
    program: /^(?:aws|gcloud|gsutil|az|gh|glab)$/,
    asks: /--visibility[= ]public\b|\bput-bucket-(?:acl|policy)\b|--acl[= ]public|\ballUsers\b|\bput-public-access-block\b|\b0\.0\.0\.0\/0\b|--public-access[= ](?:blob|container)|\bmodify-(?:snapshot|image)-attribute\b.*\ball\b/,
  },
  {
    tag: RIGHTS,
    reason: 'gives somebody access to repositories, or takes a protection off them',
    program: /^(?:gh|glab)$/,
    asks: /\b(?:ssh-key|gpg-key|deploy-key) add\b|\bcollaborators\/\S+.*\bPUT\b|\bPUT\b.*\bcollaborators\/|\bDELETE\b.*(?:\/protection\b|(?:^|[\s/])repos\/[^/\s]+\/[^/\s]+(?:\s|$))|\/protection\b.*\bDELETE\b|\bsecret (?:set|delete)\b|\bpr merge\b.*--admin\b/,
  },
  {
    tag: 'data_loss',
    reason: 'takes what runs in production away',
    program: /^(?:helm|nomad|flyctl|fly|vercel|netlify|wrangler|cf|eb)$/,
    asks: /\b(?:uninstall|delete|del|purge|terminate|rm|remove|destroy)\b.*(?:\bprod\w*\b|--all\b|--purge\b|--yes\b|\s-y\b)/,
  },
];
