import type { Config, ConfigEditor, ConfigSnapshot, StatePaths } from '@chela/config';
import type { CliContext } from '../context.ts';
import type { LoadedConfig } from '../loaded-config.ts';

export interface DoctorFlags {
  readonly yes?: boolean;
  readonly fix?: boolean;
  readonly repair?: boolean;
  readonly force?: boolean;
  readonly nonInteractive?: boolean;
  readonly generateGatewayToken?: boolean;
  readonly deep?: boolean;
  readonly workspaceSuggestions?: boolean;
}

/**
 * When a repair is carried out (reference cli/doctor.md §1 "Prompt policy"): `always` without a question, `config` also
 * without a terminal when repairs were asked for, `confirm` when somebody says yes.
 */
export type RepairPolicy = 'always' | 'config' | 'confirm';

export interface Repair {
  readonly policy: RepairPolicy;
  readonly question: string;
  /** Resolves with what was done. */
  run(): Promise<readonly string[]>;
}

/** What one check found: a box for people, and a mend where there is one. */
export interface Finding {
  readonly title: string;
  readonly lines: readonly string[];
  readonly repair?: Repair;
}

/** What checks look at; read anew before each of them, because the one before may have mended something. */
export interface Patient {
  readonly context: CliContext;
  readonly flags: DoctorFlags;
  readonly loaded: LoadedConfig;
  readonly paths: StatePaths;
  readonly snapshot: ConfigSnapshot;
  readonly config: Config;
  readonly editor: ConfigEditor;
  /** Process id of the gateway that runs on this state. */
  readonly gatewayPid: number | undefined;
}

export type Check = (patient: Patient) => Promise<readonly Finding[]>;
