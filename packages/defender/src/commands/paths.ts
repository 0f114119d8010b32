/** A path in one spelling: `~` for every home folder, no doubled or trailing slashes, `.` and `..` resolved. */
export function canonicalPath(path: string): string {
  const home = path
    .replace(/^\/proc\/(?:self|\d+)\/root(?=\/|$)/, '')
    .replace(/^(?:\/root|\/home\/[^/]+|\/Users\/[^/]+|[A-Za-z]:\/Users\/[^/]+|~[a-z_][\w-]*)(?=\/|$)/i, '~');
  const isAbsolute = home.startsWith('/');
  const parts: string[] = [];
  for (const part of home.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..' && parts.at(-1) !== '~') parts.pop();
    else if (part !== '..' || !isAbsolute) parts.push(part);
  }
  return isAbsolute ? `/${parts.join('/')}` : parts.join('/');
}

const SYSTEM =
  '(?:bin|boot|dev|etc|home|lib|lib32|lib64|media|mnt|opt|proc|root|run|sbin|srv|sys|usr|var|System|Library|Applications|Users|Volumes)';
const WHOLE_SYSTEM = new RegExp(
  `^(?:/|/\\*|/\\.\\*|/${SYSTEM}|/${SYSTEM}/\\*|/\\{.*\\}|~|~/\\*|~/\\.\\*|/(?:usr|var)/(?:bin|sbin|lib|local|share|log|lib64))$`,
);
const WHOLE_WINDOWS =
  /^[a-z]:[\\/]?(?:(?:windows|users|program ?files(?: \(x86\))?|programdata)[\\/]?)?(?:\*(?:\.\*)?)?$/i;
const SYSTEM_FILES =
  /^[A-Z]:\/Windows(?:\/|$)|^\/(?:bin|boot|etc|lib|lib32|lib64|sbin|sys|proc|usr\/(?:bin|sbin|lib|local\/s?bin)|System|Library\/Launch\w+)(?:\/|$)/;
const PERSONAL_FOLDER =
  /^~\/(?:Documents|Desktop|Pictures|Music|Movies|Videos|Library|\.ssh|\.gnupg|\.config|\.aws|\.kube|\.openclaw|\.clawdbot|\.chela)(?:\/?\*)?$/;

/** The machine or a person's whole home. */
export function isWholeSystem(path: string): boolean {
  return WHOLE_SYSTEM.test(canonicalPath(path)) || WHOLE_WINDOWS.test(path);
}

/** Files the operating system lives on. */
export function isSystemFile(path: string): boolean {
  return SYSTEM_FILES.test(canonicalPath(path));
}

export function isPersonalFolder(path: string): boolean {
  return PERSONAL_FOLDER.test(canonicalPath(path));
}

const CREDENTIALS: readonly RegExp[] = [
  /^~\/\.ssh(?:\/(?!known_hosts|config$|.*\.pub$).*)?$/,
  /(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$/,
  /^~\/\.aws(?:\/(?:credentials|config|sso\/.*|\*.*))?$/,
  /^~\/\.config\/gcloud(?:\/.*)?$/,
  /^~\/\.azure(?:\/.*)?$/,
  /^~\/\.kube(?:\/(?:config|\*))?$/,
  /^~\/\.docker\/(?:config\.json|\*)$/,
  /^~\/\.(?:netrc|git-credentials|pgpass|my\.cnf|npmrc|pypirc|vault-token|boto|s3cfg|authinfo)(?:\.gpg)?$/,
  /^~\/\.(?:gnupg|password-store)(?:\/.*)?$/,
  /^~\/\.config\/(?:gh|hub|rclone|op|solana)(?:\/.*)?$/,
  /^~\/\.(?:bash|zsh|psql|mysql|python)_history$/,
  /^~\/\.(?:mozilla\/firefox|thunderbird)(?:\/(?!profiles\.ini).*)?$/,
  /^~\/(?:\.config|AppData\/(?:Local\/|Roaming\/)?|Library\/Application Support)\/?(?:google-chrome|Google\/Chrome|chromium|BraveSoftware|Microsoft\/(?:Edge|Credentials|Protect|Vault)|Firefox|Bitwarden|1Password|keepassxc|doctl|stripe|heroku|configstore|containers\/auth\.json)(?:\/.*)?$/i,
  /^~\/\.(?:cargo\/credentials(?:\.toml)?|gem\/credentials|m2\/settings\.xml|composer\/auth\.json|terraform\.d\/credentials\.tfrc\.json|databrickscfg|fly\/config\.yml|oci(?:\/.*)?|1password(?:\/.*)?|ethereum(?:\/.*)?)$/,
  /(?:^|\/)(?:privkey\.pem|[^/]+\.(?:kdbx|ppk|p12|pfx))$/,
  /^\/etc\/(?:kubernetes\/admin\.conf|rancher\/k3s\/k3s\.yaml|letsencrypt\/(?:live|archive)(?:\/.*)?)$/,
  /^[A-Z]:\/Windows\/System32\/config(?:\/.*)?$/i,
  /^~\/\.local\/share\/keyrings(?:\/.*)?$/,
  /^~\/Library\/Keychains(?:\/.*)?$/,
  /(?:^|\/)(?:Login Data|Cookies|cookies\.sqlite|key4\.db|logins\.json|wallet\.dat|keystore\.jks)$/,
  /^~\/\.(?:bitcoin|ethereum|electrum)(?:\/.*)?$/,
  /^\/etc\/(?:shadow|gshadow|sudoers|master\.passwd|ssl\/private)(?:[-/].*)?$/,
  /^\/etc\/ssh\/ssh_host_[^/]*_key$/,
  /^\/proc\/(?:self|\d+|\*|[^/]*\0[^/]*)\/(?:environ|mem|maps)$/,
  /^\/var\/run\/secrets(?:\/.*)?$/,
  /^\/run\/secrets(?:\/.*)?$/,
];
const OWN_STATE =
  /(?:^|\/)\.(?:openclaw|clawdbot|moltbot|chela)(?:-[\w-]+)?(?:\/(?!workspace|media|skills|hooks|canvas).*)?$|(?:^|\/)(?:openclaw\.json|auth-profiles\.json|exec-approvals\.json|device-auth\.json)$/;
const DOT_ENV = /(?:^|\/)\.env(?:\.(?:local|production|prod|staging|development|dev))?$/;

/** A file that holds keys or passwords. */
export function isCredentialFile(path: string): boolean {
  const canonical = canonicalPath(path.replace(/^file:\/\//, ''));
  return CREDENTIALS.some((pattern) => pattern.test(canonical)) || isOwnState(path);
}

/** Secrets of a project; reading them is part of its work, sending them is not. */
export function isDotEnv(path: string): boolean {
  return DOT_ENV.test(canonicalPath(path));
}

/** The gateway's own configuration, tokens and records; the agents' workspaces are not among them. */
export function isOwnState(path: string): boolean {
  return OWN_STATE.test(canonicalPath(path));
}

const STARTED_BY_ITSELF =
  /^~\/\.(?:bashrc|bash_profile|bash_login|bash_logout|profile|zshrc|zshenv|zprofile|zlogin|kshrc|xinitrc|xprofile|xsession|inputrc)$|^~\/\.config\/(?:autostart|systemd|fish\/config\.fish|environment\.d|plasma-workspace)(?:\/|$)|^~\/Library\/Launch(?:Agents|Daemons)(?:\/|$)|^~\/\.ssh\/(?:authorized_keys2?|rc|environment)$|^\/etc\/(?:cron[^/]*|crontab|systemd|init\.d|rc\.local|rc\d?\.d|profile|profile\.d|bash\.bashrc|zsh|environment|ld\.so\.preload|ld\.so\.conf[^/]*|xdg\/autostart|udev\/rules\.d|pam\.d|inittab|sudoers\.d|sudoers)(?:\/|$)|^\/var\/spool\/(?:cron|at)(?:\/|$)|^\/Library\/Launch(?:Agents|Daemons)(?:\/|$)|^\/lib\/systemd(?:\/|$)|^\/usr\/lib\/systemd(?:\/|$)|(?:^|\/)\.git\/hooks\/[\w-]+$|\\Start Menu\\Programs\\Startup/;

/** A file that is run without anybody asking: at login, at start, at a time. */
export function isStartedByItself(path: string): boolean {
  return STARTED_BY_ITSELF.test(canonicalPath(path));
}

export function isBlockDevice(path: string): boolean {
  return /^\/dev\/(?:sd[a-z]|hd[a-z]|vd[a-z]|xvd[a-z]|nvme\d|mmcblk\d|disk\d|rdisk\d|mapper\/|dm-\d|md\d|mem$|kmem$|port$)/.test(
    path,
  );
}

/** A path as a program would find it from a folder. */
export function inFolder(folder: string, path: string): string {
  return folder === '.' || /^[/~\0-]/.test(path) ? path : `${folder}/${path}`;
}

/** The arguments that are no options. */
export function operands(args: readonly string[]): readonly string[] {
  return args.filter((arg) => !arg.startsWith('-'));
}

/** Paths in an argument, also behind `@`, `=` and `file://`. */
export function pathsIn(arg: string): readonly string[] {
  const plain = arg.replace(/^file:\/\//, '');
  const behind = /^[^/~]*?[@=:]((?:\/|~|\.{1,2}\/|\.env|\.ssh)[\s\S]*)$/.exec(plain)?.[1];
  return behind === undefined ? [plain] : [plain, behind.replace(/^file:\/\//, '')];
}
