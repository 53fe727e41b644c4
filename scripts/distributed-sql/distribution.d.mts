export const DISTRIBUTION_KEY: string;
export function kindOfTable(name: string): 'distributed' | 'reference' | 'local';
