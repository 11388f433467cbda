package settings_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tally/infra/settings"
	"tally/lambda/strictyaml"
)

// What the project ships is only validated: a team that edits it breaks no test.
func TestShippedFilesAreValid(t *testing.T) {
	if _, err := settings.Load(settings.Source{Root: root}); err != nil {
		t.Error(err)
	}
}

func TestLoadReportsEveryProblemOfEveryFile(t *testing.T) {
	files := map[string]string{}
	for _, name := range []string{"environments/dev.yaml", "environments/prod.yaml", "environments/staging.yaml", "jobs.yaml"} {
		text, err := os.ReadFile(filepath.Join("testdata/bad", name))
		if err != nil {
			t.Fatal(err)
		}
		files["bad/"+name] = string(text)
	}
	want, err := os.ReadFile("testdata/bad/problems.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, err = settings.Load(settings.Source{Root: project(t, files), Environments: "bad/environments", Jobs: "bad/jobs.yaml"})
	if err == nil || err.Error()+"\n" != string(want) {
		t.Errorf("got:\n%v\nwant:\n%s", err, want)
	}
	if _, listed := err.(strictyaml.Problems); !listed {
		t.Errorf("the error is a %T", err)
	}
}

func TestLoadFillsDefaults(t *testing.T) {
	loaded, err := load(t, goodEnvironment+`  shop:
    engine: postgres
    host: shop.cluster-ro-cfed5678.ap-northeast-2.rds.amazonaws.com
    dbname: shop
    username: tally_reader
    auth: iam
    resource_id: cluster-SHOP
    security_group_id: sg-0fed9abc
    port: 6432
    ingress: external
`, goodJobs)
	if err != nil {
		t.Fatal(err)
	}
	dev := loaded.Environments[0]
	if dev.Name != "dev" || dev.MemoryMB != 256 || dev.TimeoutSeconds != 300 || dev.LogRetentionDays != 30 || dev.MaxConcurrency != 0 {
		t.Errorf("got %+v", dev)
	}
	app, _ := dev.Databases.Get("app")
	if app.Port != 3306 || app.Ingress != settings.IngressManaged {
		t.Errorf("got port %d, ingress %s", app.Port, app.Ingress)
	}
	shop, _ := dev.Databases.Get("shop")
	if shop.Port != 6432 || shop.Ingress != settings.IngressExternal {
		t.Errorf("got port %d, ingress %s; want what the file says", shop.Port, shop.Ingress)
	}
	if !strings.Contains(string(dev.RDSCA), "BEGIN CERTIFICATE") {
		t.Errorf("the certificate authorities are %q", dev.RDSCA)
	}
	if string(loaded.JobsYAML) != goodJobs || len(loaded.Jobs.Jobs) != 1 {
		t.Errorf("the jobs are %+v, %q", loaded.Jobs, loaded.JobsYAML)
	}
}

func TestLoadKeepsWhatTheFileSays(t *testing.T) {
	loaded, err := load(t, "region: eu-central-1\nnetwork: create\nmemory_mb: 512\ntimeout_seconds: 600\nlog_retention_days: 90\nmax_concurrency: 5\n"+
		strings.ReplaceAll(goodEnvironment[strings.Index(goodEnvironment, "databases:"):], "ap-northeast-2", "eu-central-1")+"buckets: {logs: acme-logs}\n", goodJobs)
	if err != nil {
		t.Fatal(err)
	}
	dev := loaded.Environments[0]
	if dev.Account != "" || dev.Protect || !dev.Network.Create || dev.MemoryMB != 512 || dev.TimeoutSeconds != 600 || dev.LogRetentionDays != 90 || dev.MaxConcurrency != 5 {
		t.Errorf("got %+v", dev)
	}
	if bucket, _ := dev.Buckets.Get("logs"); bucket.Name != "acme-logs" {
		t.Errorf("bucket %+v", bucket)
	}
}

func TestLoadChoosesEnvironments(t *testing.T) {
	files := map[string]string{"infra/jobs.yaml": goodJobs, "infra/environments/README.md": "# not read"}
	for _, name := range []string{"prod", "dev", "a-b-1"} {
		files["infra/environments/"+name+".yaml"] = goodEnvironment
	}
	folder := project(t, files)
	for _, test := range []struct{ name, only, want, wantError string }{
		{"all, sorted", "", "a-b-1 dev prod", ""},
		{"one", "dev", "dev", ""},
		{"unknown", "live", "", `environment "live" does not exist; write one of a-b-1, dev, prod, or add infra/environments/live.yaml`},
	} {
		t.Run(test.name, func(t *testing.T) {
			loaded, err := settings.Load(settings.Source{Root: folder, Only: test.only})
			if test.wantError != "" {
				if err == nil || err.Error() != test.wantError {
					t.Errorf("got %v, want %s", err, test.wantError)
				}
				return
			}
			var names []string
			for _, environment := range loaded.Environments {
				names = append(names, environment.Name)
			}
			if got := strings.Join(names, " "); err != nil || got != test.want {
				t.Errorf("got %s, %v; want %s", got, err, test.want)
			}
		})
	}
}

// The fixtures of tests keep their jobs beside their environments.
func TestLoadLeavesOutTheJobsFile(t *testing.T) {
	folder := project(t, map[string]string{"all/dev.yaml": goodEnvironment, "all/jobs.yaml": goodJobs})
	loaded, err := settings.Load(settings.Source{Root: folder, Environments: "all", Jobs: "./all/jobs.yaml"})
	if err != nil || len(loaded.Environments) != 1 {
		t.Errorf("got %d environments, %v", len(loaded.Environments), err)
	}
}

func TestLoadTakesAbsolutePaths(t *testing.T) {
	elsewhere := project(t, map[string]string{"dev.yaml": goodEnvironment, "jobs.yaml": goodJobs})
	loaded, err := settings.Load(settings.Source{Root: root, Environments: elsewhere, Jobs: filepath.Join(elsewhere, "jobs.yaml")})
	if err != nil || len(loaded.Environments) != 1 || string(loaded.JobsYAML) != goodJobs {
		t.Errorf("got %+v, %v", loaded, err)
	}
}

func TestLoadWithoutFiles(t *testing.T) {
	for _, test := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"no folder", map[string]string{"infra/jobs.yaml": goodJobs}, "infra/environments: the folder does not exist; write it, or name another"},
		{"no environment", map[string]string{"infra/environments/README.md": "", "infra/jobs.yaml": goodJobs},
			"infra/environments holds no environment; write infra/environments/dev.yaml"},
		{"no jobs file", map[string]string{"infra/environments/dev.yaml": goodEnvironment}, "infra/jobs.yaml: the file does not exist; write it, or name another"},
		{"another ending", map[string]string{"infra/environments/prod.yml": goodEnvironment, "infra/jobs.yaml": goodJobs},
			"infra/environments/prod.yml is not read; rename it to end in .yaml"},
		{"a name with a capital", map[string]string{"infra/environments/Prod.yaml": goodEnvironment, "infra/jobs.yaml": goodJobs},
			`infra/environments/Prod.yaml: "Prod" is not an environment name; use a lower-case letter, then letters, digits or -, at most 20 in all`},
		{"a name that is too long", map[string]string{"infra/environments/a12345678901234567890.yaml": goodEnvironment, "infra/jobs.yaml": goodJobs},
			`infra/environments/a12345678901234567890.yaml: "a12345678901234567890" is not an environment name; `},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := settings.Load(settings.Source{Root: project(t, test.files)})
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestRoot(t *testing.T) {
	folder := project(t, map[string]string{"go.mod": "", "cdk.json": "", "a/b/go.mod": "", "a/cdk.json/x": ""})
	for _, inside := range []string{".", "a", "a/b"} {
		if got, err := settings.Root(filepath.Join(folder, inside)); err != nil || got != folder {
			t.Errorf("Root(%s) = %s, %v; want %s", inside, got, err, folder)
		}
	}
	if got, err := settings.Root(t.TempDir()); err == nil || !strings.Contains(err.Error(), "run this inside the project") {
		t.Errorf("got %s, %v", got, err)
	}
}
