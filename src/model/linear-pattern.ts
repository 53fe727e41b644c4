import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';

/** Finds a pattern in texts, in a time that grows with the text's length alone. */
export interface LinearPattern {
  /** `[start, end)` of each match. */
  /** It matches the empty text. */
  readonly matchesNothing: boolean;
  readonly findAll: (text: string) => { readonly start: number; readonly end: number }[];
}

/**
 * Compiles a pattern in RE2's syntax, without regard to case. JavaScript's own expressions could take years for a value that a customer has typed. Throws an
 * error that says what is wrong with the pattern.
 */
export function compilePattern(pattern: string): LinearPattern {
  // Loaded only where a site has patterns of its own; a configuration is checked before anything is awaited.
  const { RE2JS: Engine } = createRequire(import.meta.url)('re2js') as { readonly RE2JS: typeof RE2JS };
  const compiled = Engine.compile(pattern, Engine.CASE_INSENSITIVE);
  return {
    matchesNothing: compiled.test(''),
    findAll: (text) => {
      // Asking whether is several times faster than asking where.
      if (!compiled.test(text)) return [];
      const found: { start: number; end: number }[] = [];
      const matcher = compiled.matcher(text);
      while (matcher.find()) if (matcher.end() > matcher.start()) found.push({ start: matcher.start(), end: matcher.end() });
      return found;
    },
  };
}
