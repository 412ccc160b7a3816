/** Bounds on one query option, counted while it is parsed. */
export const queryLimits = {
  /** Terms of an option: every literal, operator, call, path segment, `$select` and `$expand` item is one. */
  nodes: 400,
  /** How high a tree is, and how deep brackets and unary operators nest. */
  depth: 50,
  /** Values in the list of one `in`. */
  inList: 200,
  orderBy: 5,
  expandDepth: 2,
} as const;
