const kibibyte = 1024;

/** Bounds on what a client may send. Sizes in bytes unless said. */
export const limits = {
  url: 16 * kibibyte,
  /** Request line and headers together, as Node counts them. */
  headers: 64 * kibibyte,
  body: 4096 * kibibyte,
  /** Values in a JSON body: reading more than these takes the time of others, whatever their bytes. */
  jsonValues: 200_000,
  /** Levels of arrays and objects in a JSON body: what Microsoft's OData reader allows. */
  jsonDepth: 100,
  /** In UTF-16 code units, as all lengths of text. */
  key: 128,
  text: 32 * kibibyte,
  /** Postgres refuses large index entries, so text that is indexed is shorter. */
  indexedText: 512,
  /** Entities that may be made along with the one that contains them. */
  deepInsert: 10_000,
  /** Characters at the beginning of longer text that an order looks at: a nextLink has to carry them. */
  orderedText: 256,
  /** Of base64: an icon or a settings file. */
  binary: 512 * kibibyte,
  /** Elements of a collection-valued property. */
  collection: 1000,
  pageSize: 100,
  maxPageSize: 999,
  /** Rows that are in memory at a time; a page of the default size is one statement. */
  slice: 128,
  /** Rows that one `$expand` reads for all entities of a slice; collections beyond them go on by a nextLink. */
  expanded: 20_000,
  /** UTF-16 code units of entities after which a page, or an expanded collection, ends early, with a nextLink. */
  pageText: 16_384 * kibibyte,
  /** Requests in a batch: as many as Graph takes. */
  batch: 20,
  /** Bytes of answers in a batch after which no further request of it is run. */
  batchText: 65_536 * kibibyte,
  /** UTF-16 code units of entities that are written at a stretch, before others have their turn. */
  textAtOnce: 512 * kibibyte,
} as const;

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
