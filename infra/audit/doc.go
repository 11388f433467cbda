// Package audit checks environments against everything there is, and reports what
// was found and what of it is acknowledged, with the reasons: the rules of CDK and
// of infra/policy, which every deploy checks too, and cdk-nag's AwsSolutions, which
// only the tests and "make policy" load. It is outside the app so that a synth stays
// fast.
package audit
