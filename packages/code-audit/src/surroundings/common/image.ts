/** Why an image may be another one tomorrow; `undefined` for a version, a digest, a variable, or nothing at all. */
export function movingTag(image: string): "latest" | "untagged" | undefined {
  const name = image.trim();
  if (name === "" || name === "scratch" || name.includes("@sha256:") || /[$\u{e000}{}]/u.test(name))
    return undefined;
  const last = name.slice(name.lastIndexOf("/") + 1);
  const tag = last.includes(":") ? last.slice(last.indexOf(":") + 1) : undefined;
  if (tag === undefined) return "untagged";
  return tag === "latest" ? "latest" : undefined;
}
