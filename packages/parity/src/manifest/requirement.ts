import Type, { type Static } from 'typebox';

/** Something the mission asks for, as the contract's data name it. */
export const RequirementSchema = Type.Object({
  id: Type.String({ description: 'kind/name, unique' }),
  subsystem: Type.String({ description: 'row of the scorecard' }),
  title: Type.String(),
  source: Type.String({ description: 'reference file with section or JSON pointer' }),
});
export type Requirement = Static<typeof RequirementSchema>;

/** A requirement with what proves it. Without evidence it is not covered. */
export const ManifestEntrySchema = Type.Object({
  ...RequirementSchema.properties,
  evidence: Type.Array(Type.String({ description: 'trace:, table:, test: or bench: and a name' })),
  better: Type.Optional(Type.String({ description: 'row of docs/compatibility.md: different on purpose' })),
});
export type ManifestEntry = Static<typeof ManifestEntrySchema>;
