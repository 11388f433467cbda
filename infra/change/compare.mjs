// Compares pairs of templates with the library of "cdk diff". Reads
// [{"base": file, "head": file, "fetched": …}, …] from stdin, an absent file being a
// stack that is not there, and prints an array with a Difference (stack.go) for each.
import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import spec from '@aws-cdk/aws-service-spec';
import library from '@aws-cdk/cloudformation-diff';

// The property of a resource that holds content instead of configuration: the S3 key
// of code, which CDK names by what is in it, and the widgets of a dashboard, which
// follow from the jobs and are thousands of lines.
const contents = { 'AWS::Lambda::Function': 'Code', 'AWS::Lambda::LayerVersion': 'Content', 'AWS::CloudWatch::Dashboard': 'DashboardBody' };

const types = spec.loadAwsServiceSpecSync();
const pairs = JSON.parse(readFileSync(0, 'utf8'));
console.log(JSON.stringify(pairs.map(compare)));

function compare({ base, head, fetched }) {
  const before = read(base, fetched);
  const after = read(head, fetched);
  const assets = takeAssets(before.Resources ?? {}, after.Resources ?? {});
  const paths = { ...pathsOf(before), ...pathsOf(after) };
  const diff = library.fullDiff(before, after);
  const resources = Object.entries(diff.resources.changes).map(([id, change]) => ({
    path: paths[id],
    type: change.oldResourceType ?? change.newResourceType,
    impact: change.changeImpact,
    stateful: isStateful(change.oldResourceType),
    deletionPolicy: change.oldValue?.DeletionPolicy ?? '',
    replacePolicy: change.newValue?.UpdateReplacePolicy ?? '',
    text: write(stream => new library.Formatter(stream, paths).formatResourceDifference('Resource', id, change)),
  }));
  diff.resources = diff.resources.filter(() => false); // the rest of the template
  return {
    resources,
    assets: assets.map(id => ({ path: paths[id], type: after.Resources[id].Type })),
    text: write(stream => library.formatDifferences(stream, diff, paths)),
  };
}

// read leaves out what CDK adds to every template and nobody decides: the check of
// the bootstrap stack's version, and the names of assets. CloudFormation gives a
// question mark for each character beyond ASCII.
function read(file, fetched) {
  const text = file ? readFileSync(file, 'utf8') : '{}';
  const template = JSON.parse(fetched ? library.mangleLikeCloudFormation(text) : text);
  delete template.Parameters?.BootstrapVersion;
  delete template.Rules?.CheckBootstrapVersion;
  if (Object.keys(template.Rules ?? {}).length === 0) delete template.Rules;
  for (const { Metadata = {} } of Object.values(template.Resources ?? {})) {
    for (const key of Object.keys(Metadata)) if (key.startsWith('aws:asset:')) delete Metadata[key];
  }
  return template;
}

// takeAssets lists the resources whose content differs, and makes that the same on
// both sides: new code is no change of the infrastructure.
function takeAssets(before, after) {
  const changed = [];
  for (const [id, resource] of Object.entries(after)) {
    const name = contents[resource.Type];
    const old = before[id]?.Type === resource.Type && before[id].Properties?.[name];
    const now = resource.Properties?.[name];
    if (old && now && JSON.stringify(old) !== JSON.stringify(now)) {
      changed.push(id);
      resource.Properties[name] = old;
    }
  }
  return changed;
}

// pathsOf are the construct paths of the resources, by logical id.
function pathsOf({ Resources = {} }) {
  return Object.fromEntries(Object.entries(Resources).map(([id, resource]) => [id, resource.Metadata?.['aws:cdk:path'] ?? id]));
}

// isStateful is what AWS's own specification of the type says.
function isStateful(type) {
  return Boolean(types.lookup('resource', 'cloudFormationType', 'equals', type ?? '')[0]?.isStateful);
}

function write(format) {
  const stream = new PassThrough();
  format(stream);
  return String(stream.read() ?? '').trimEnd();
}
