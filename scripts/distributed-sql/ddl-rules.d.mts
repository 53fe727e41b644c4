export declare const DDL_RULES: readonly { readonly name: string }[];
