export interface Report {
  TotalRowCount: number;
  Schema: { Column: string; PropertyType: string }[];
  Values: unknown[][];
  SessionId: string;
}

/** The rows of a report by the names of their columns. */
export const cellsOf = ({ Schema, Values }: Report): Record<string, unknown>[] =>
  Values.map((row) => Object.fromEntries(Schema.map(({ Column }, index) => [Column, row[index]])));
