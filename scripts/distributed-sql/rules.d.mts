export declare const RULES: readonly { readonly name: string }[];
