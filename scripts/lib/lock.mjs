const SYSTEMS = new Set([
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
]);
const PROCESSORS = new Set(["arm", "arm64", "ia32", "ppc64", "riscv64", "s390x", "x64", "loong64"]);

/**
 * Optional packages that the lock's own packages name by exact version and that have no entry.
 * @returns {{ path: string, entry: object }[]}
 */
export function missingOptional(lock) {
  const missing = new Map();
  for (const [parent, { dev, optionalDependencies = {} }] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (!/^\d+\.\d+\.\d+(?:[-+].*)?$/u.test(version) || isLocked(lock, parent, name)) continue;
      const entry = { version, ...(dev ? { dev } : {}), optional: true, ...platform(name) };
      missing.set(`node_modules/${name}`, entry);
    }
  }
  return [...missing].map(([path, entry]) => ({ path, entry }));
}

// As Node looks modules up: beside the parent, then in every folder above.
function isLocked(lock, parent, name) {
  for (let folder = parent; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    if (lock.packages[`${folder ? `${folder}/` : ""}node_modules/${name}`] !== undefined) return true;
    if (folder === "") return false;
  }
}

/** `@oxlint/binding-linux-x64-musl` → `{ os: ["linux"], cpu: ["x64"], libc: ["musl"] }` */
function platform(name) {
  const words = name.split(/[/-]/u);
  const found = {
    os: words.filter((word) => SYSTEMS.has(word)),
    cpu: words.filter((word) => PROCESSORS.has(word)),
  };
  const libc = words.some((word) => word.startsWith("musl")) ? ["musl"] : [];
  return {
    ...(found.cpu.length > 0 ? { cpu: found.cpu } : {}),
    ...(libc.length > 0 ? { libc } : {}),
    ...(found.os.length > 0 ? { os: found.os } : {}),
  };
}
