export const root: string;
export function isInstalled(): boolean;
