/** A body that assigns an app to all users. */
export function anAssignment(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    '@odata.type': '#microsoft.graph.mobileAppAssignment',
    intent: 'required',
    target: { '@odata.type': '#microsoft.graph.allLicensedUsersAssignmentTarget' },
    settings: null,
    ...overrides,
  };
}
