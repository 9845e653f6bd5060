export interface MissingPackage {
  readonly path: string;
  readonly entry: {
    readonly version: string;
    readonly optional: true;
    readonly dev?: boolean;
    readonly cpu?: string[];
    readonly libc?: string[];
    readonly os?: string[];
  };
}

export function missingOptional(lock: { packages: Record<string, object> }): MissingPackage[];
