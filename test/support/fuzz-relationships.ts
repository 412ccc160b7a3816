/** A relationship of an app in the pool with another one there, as one of the two sees it. */
export interface Relation {
  /** The key of the other app. */
  target: string;
  /** Which of the set's types it is of; the other side is of the same. */
  kind: number;
  /** The server makes this side of it, along with the other one. */
  isMirrored: boolean;
}

/** Of a relationship's two apps its id is made, whoever makes it. */
export const relationshipKey = (source: string, target: string): string => `${source}_${target}`;

/**
 * The relationships of an app with others: the first one needs or supersedes all others, and each of these the next one. So
 * each has two at least, which make two pages, there are chains to count along, and no circle.
 * @param apps their keys
 */
export function relationsOf(source: string, apps: readonly string[]): Relation[] {
  const own = apps.indexOf(source);
  return apps.flatMap((target, other) =>
    other !== own && (Math.min(own, other) === 0 || Math.abs(own - other) === 1)
      ? [{ target, kind: (own + other) % 2, isMirrored: other < own }]
      : [],
  );
}
