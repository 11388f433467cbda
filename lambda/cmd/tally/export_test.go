package main

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
)

// filesOf are the files of a folder, by their paths in it.
func filesOf(t *testing.T, folder string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(folder, path)
		all[filepath.ToSlash(name)] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// storedIn are the records of the results bucket whose keys have a part.
func (c *cloud) storedIn(part string) map[string]string {
	c.t.Helper()
	keys, err := c.s3.Keys("results")
	if err != nil {
		c.t.Fatal(err)
	}
	all := map[string]string{}
	for _, key := range keys {
		if !strings.HasPrefix(key, contract.RecordPrefix) || !strings.Contains(key, part) {
			continue
		}
		content, err := c.s3.Object("results", key)
		if err != nil {
			c.t.Fatal(err)
		}
		all[key] = string(content)
	}
	return all
}

func TestExport(t *testing.T) {
	c := counted(t)
	if err := c.s3.Put("results", "counts/date=2026-11-01/notes.txt", []byte("no record")); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "new", "records")
	export := func(want string, args ...string) {
		t.Helper()
		status, said, complaint := c.tally(append([]string{"export", "--out", folder}, args...)...)
		if said = strings.ReplaceAll(said, folder, "records"); status != exitOK || complaint != "" || !strings.Contains(said, want) {
			t.Errorf("status %d, %s: got\n%swant\n%s", status, complaint, said, want)
		}
	}
	export("records: 2 records, 5 KB, 2026-11-10 to 2026-11-12 15:00 (UTC); 0 of them were there already\n", "orders", "--from", "2026-11-11", "--to", "2026-11-12")
	export("records: 37 records, ", "orders")
	if difference := cmp.Diff(c.storedIn("/orders-"), filesOf(t, folder)); difference != "" {
		t.Errorf("of one job (- stored, + copied):\n%s", difference)
	}
	// What is damaged is copied again; what is there and in no bucket stays.
	if err := os.WriteFile(filepath.Join(folder, contract.RecordKey("orders", slotOf(t, "2026-11-11"), 1)), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	export("  \"copied\": 38,\n  \"folder\": \"records\",\n", "--json")
	if difference := cmp.Diff(c.storedIn("-2026"), filesOf(t, folder)); difference != "" {
		t.Errorf("of all (- stored, + copied):\n%s", difference)
	}
	export("records: 74 records, ")
	if _, said, _ := c.tally("export", "--out", folder); !strings.HasSuffix(said, "; 74 of them were there already\n") {
		t.Errorf("again it says %s", said)
	}
	// The copy is judged as the bucket is, also where the baseline is of before the period.
	c.writeJobs(strings.ReplaceAll(cloudJobs, "    cases: {paid", "    checks: {paid: {min: 2, max_rise: 50%, baseline: same-weekday}}\n    cases: {paid"))
	period := []string{"--from", "2026-11-10", "--to", "2026-11-27", "--json"}
	_, fromBucket, complaint := c.tally(append([]string{"backtest"}, period...)...)
	_, fromFolder, _ := c.tally(append([]string{"backtest", "--records", folder}, period...)...)
	var facts backtest
	if err := json.Unmarshal([]byte(fromBucket), &facts); err != nil || complaint != "" || facts.Checks[1].Judged != 16 || facts.Checks[1].Fired == 0 {
		t.Errorf("%s (%v): %s", complaint, err, fromBucket)
	}
	if got := withoutTo(t, fromFolder); !cmp.Equal(got, withoutTo(t, fromBucket)) {
		t.Errorf("(- bucket, + folder):\n%s", cmp.Diff(withoutTo(t, fromBucket), got))
	}
}

// withoutTo leaves out until when it looked, which may be now.
func withoutTo(t *testing.T, facts string) (all map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(facts), &all); err != nil {
		t.Fatal(err, facts)
	}
	delete(all, "to")
	return all
}

func TestExportOfWrongInput(t *testing.T) {
	c := newCloud(t, cloudJobs)
	write(t, "file", "")
	for _, test := range []struct{ args, want string }{
		{"export", "which records, and where to? write for example: tally export --env prod --out records\n"},
		{"export order --out x", `there is no job "order"; the jobs file has orders, by-country, now` + "\n"},
		{"export --out ../file", "--out cannot be written: mkdir ../file: not a directory\n"},
		{"export --out x --days 0", "--days is 0; write a number from 1 to 3660\n"},
	} {
		if status, said, complaint := c.tally(strings.Fields(test.args)...); status != exitInvalid || said != "" || complaint != test.want {
			t.Errorf("%s: status %d, %s\ngot  %swant %s", test.args, status, said, complaint, test.want)
		}
	}
	t.Setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	if status, _, complaint := c.tally("export", "--out", t.TempDir()); status != exitFailed || !strings.HasPrefix(complaint, "list the records: list s3://results/counts/date=") {
		t.Errorf("status %d: %s", status, complaint)
	}
}

// With the folder that synth wrote it reads with the rights of CDK's look-up role.
func TestExportAsLookUpRole(t *testing.T) {
	c := counted(t)
	const manifest = `{"artifacts": {"Data": {"type": "aws:cloudformation:stack", "environment": "aws://111122223333/ap-northeast-2", "displayName": "prod/Data",
		"properties": {"lookupRole": {"arn": "arn:${AWS::Partition}:iam::111122223333:role/look-up"}}}}}`
	write(t, "assembly/assembly-prod/manifest.json", manifest)
	var taken string
	sts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch action := r.FormValue("Action"); action {
		case "AssumeRole":
			taken = r.FormValue("RoleArn")
			_, _ = io.WriteString(w, `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`)
		default:
			fmt.Fprintf(w, `<%[1]sResponse><%[1]sResult><Account>111122223333</Account><Arn>arn:aws:iam::111122223333:user/me</Arn></%[1]sResult></%[1]sResponse>`, action)
		}
	}))
	defer sts.Close()
	t.Setenv("AWS_ENDPOINT_URL_STS", sts.URL)
	status, said, complaint := c.tally("export", "--out", t.TempDir(), "--assembly", "../assembly")
	if status != exitOK || complaint != "" || taken != "arn:aws:iam::111122223333:role/look-up" || !strings.Contains(said, ": 74 records") {
		t.Errorf("status %d, as %s, %s%s", status, taken, said, complaint)
	}
}
