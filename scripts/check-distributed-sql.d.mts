/** A statement of our code that a distributed mart could not run. */
export interface Finding {
  readonly rule: { readonly name: string; readonly says: string; readonly why: string; readonly instead: string };
  readonly statement: string;
  readonly file: string;
  readonly function: string | undefined;
}

/** A finding that is known; a rule, and where the statement comes from. */
export interface KnownFinding {
  readonly rule: string;
  readonly file: string;
  readonly function: string | undefined;
}

export declare function judge(record: { readonly text: string; readonly file: string; readonly function?: string }): Finding[];
export declare function judgeRecorded(folder: string, known?: readonly KnownFinding[]): Promise<Finding[]>;
export declare function toText(finding: Finding): string;
