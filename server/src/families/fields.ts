// Chosen fields of records: a search may answer with less than whole bodies.

/**
 * @param entities a JSON array of bodies, as text
 * @param paths such as `address.city`; of a list, what it names of each item
 * @returns the same with the id and what lies on the paths
 */
export function chosenFields(entities: string, paths: readonly string[]): string {
  const tree = treeOf(['id', ...paths]);
  return JSON.stringify((JSON.parse(entities) as unknown[]).map((entity) => chosen(entity, tree)));
}

/** Name → what is chosen inside, undefined for all of it. */
type Tree = Map<string, Tree | undefined>;

function treeOf(paths: readonly string[]): Tree {
  const names = new Set(paths.map((path) => path.split('.')[0] as string));
  return new Map([...names].map((name) => [name, paths.includes(name) ? undefined : treeOf(below(paths, name))]));
}

const below = (paths: readonly string[], name: string) => paths.filter((path) => path.startsWith(`${name}.`)).map((path) => path.slice(name.length + 1));

function chosen(value: unknown, tree: Tree): unknown {
  if (Array.isArray(value)) return value.map((item) => chosen(item, tree));
  if (typeof value !== 'object' || value === null) return value;
  const parts = Object.entries(value).flatMap(([name, part]) => {
    const inside = tree.get(name);
    if (inside) return [[name, chosen(part, inside)]];
    return tree.has(name) ? [[name, part]] : [];
  });
  return Object.fromEntries(parts);
}
