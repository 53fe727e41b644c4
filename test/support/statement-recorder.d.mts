/** Writes down, in a folder, each text that the code of this process sends to a database from now on. */
export declare function recordStatements(folder: string): void;
