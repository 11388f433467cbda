package settings_test

import (
	"strings"
	"testing"

	"tally/infra/settings"
)

// Rules are allowed by the start of their names, per account and region.
func TestEnvironmentsWhoseRuleNamesOverlap(t *testing.T) {
	elsewhere := strings.ReplaceAll(goodEnvironment, "ap-northeast-2", "eu-central-1")
	for _, test := range []struct{ name, longer, environment, want string }{
		{"same place", "prod-eu", goodEnvironment,
			"infra/environments/prod-eu.yaml:1:1: the name prod-eu starts with that of prod, whose permissions would match its rules; rename it to eu-prod.yaml"},
		{"another region", "prod-eu", elsewhere, ""},
		{"no dash", "production", goodEnvironment, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := settings.Load(settings.Source{Root: project(t, map[string]string{
				"infra/environments/prod.yaml":                goodEnvironment,
				"infra/environments/" + test.longer + ".yaml": test.environment,
				"infra/jobs.yaml":                             goodJobs,
			})})
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// Records of two environments have the same keys.
func TestEnvironmentsDoNotShareAResultsBucket(t *testing.T) {
	const line = "results: {bucket: acme-results}\n"
	first := func(name, other string) string {
		return "infra/environments/" + name + ".yaml:1:19: results.bucket: acme-results holds the records of " + other + ", and those of the same jobs would be taken for each other's; write another bucket"
	}
	for _, test := range []struct{ name, second, only, want string }{
		{"the same bucket", line, "", first("dev", "prod") + "\n" + first("prod", "dev")},
		{"one environment at a time", line, "prod", first("prod", "dev")},
		{"another bucket", "results: {bucket: acme-results-dev}\n", "", ""},
		{"buckets of their own", "", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := settings.Load(settings.Source{Only: test.only, Root: project(t, map[string]string{
				"infra/environments/dev.yaml":  test.second + goodEnvironment,
				"infra/environments/prod.yaml": line + goodEnvironment,
				"infra/jobs.yaml":              goodJobs,
			})})
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestOneSecurityGroupHasOneOwner(t *testing.T) {
	second := goodEnvironment[strings.Index(goodEnvironment, "  app:"):]
	second = strings.Replace(second, "  app:", "  shop:", 1)
	if _, err := load(t, goodEnvironment+second, goodJobs); err != nil {
		t.Errorf("two databases behind one group: %v", err)
	}
	_, err := load(t, goodEnvironment+second+"    ingress: external\n", goodJobs)
	want := "infra/environments/dev.yaml:28:14: databases.shop.ingress: is external, but another database of sg-0fed5678 says managed; write the same"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// A proxy's certificate is signed by public authorities, an instance's is not.
func TestProxiesBringPublicAuthorities(t *testing.T) {
	instance, err := load(t, goodEnvironment, goodJobs)
	if err != nil {
		t.Fatal(err)
	}
	proxy, err := load(t, strings.NewReplacer("db-APP", "prx-0123abcd", "app.cfed", "app.proxy-cfed").Replace(goodEnvironment), goodJobs)
	if err != nil {
		t.Fatal(err)
	}
	few, more := len(instance.Environments[0].RDSCA), len(proxy.Environments[0].RDSCA)
	if few == 0 || more <= few {
		t.Errorf("%d bytes of certificates for an instance, %d for a proxy; want more for a proxy", few, more)
	}
}

// What the function would refuse at night is refused at synth.
func TestConditionsAreOneExpression(t *testing.T) {
	_, err := load(t, goodEnvironment, strings.Replace(goodJobs, "{normal: a = 1}", `{normal: a = 1, both: "a = 1; b = 2", open: "a = 'b"}`, 1))
	want := "infra/jobs.yaml:6:34: jobs[0].cases.both: holds a semicolon; write one expression\n" +
		"infra/jobs.yaml:6:56: jobs[0].cases.open: a quote is not closed"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want\n%s", err, want)
	}
}
