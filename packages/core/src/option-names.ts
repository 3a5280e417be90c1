/** Throws a `TypeError` that lists the known names when an options object has another one. */
export function checkOptionNames(owner: string, options: object, names: readonly string[]): void {
  for (const name of Object.keys(options))
    if (!names.includes(name)) throw new TypeError(`${owner} has no option "${name}"; there are: ${names.join(", ")}`);
}
