package deploy

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"tally/infra/assembly"
	"tally/test/local"
)

const account = "210987654321"

// cloud speaks as much of the query APIs of STS and CloudFormation as is asked of them.
type cloud struct {
	*httptest.Server
	t *testing.T

	mutex  sync.Mutex
	stacks map[string]deployed // by name
	noRole bool                // nobody may take a role
	gone   string              // a folder with a file for each stack that the CDK CLI has deleted
	s3     *local.S3
	asked  []string // "action of stack"
}

type deployed struct {
	template  string
	protected bool
	status    string // UPDATE_COMPLETE if empty
	outputs   map[string]string
}

func startCloud(t *testing.T) *cloud {
	t.Helper()
	s3, err := local.StartS3(t.Context(), bucket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s3.Close() })
	c := &cloud{t: t, stacks: map[string]deployed{}, s3: s3}
	c.Server = httptest.NewServer(http.HandlerFunc(c.serve))
	t.Cleanup(c.Close)
	return c
}

// deploy makes the stacks of the cloud assembly at folder the deployed ones.
func (c *cloud) deploy(folder string) {
	c.t.Helper()
	stacks, err := assembly.Read(folder)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, stack := range stacks {
		template, err := os.ReadFile(stack.TemplateFile)
		if err != nil {
			c.t.Fatal(err)
		}
		c.stacks[stack.StackName] = deployed{template: string(template), outputs: map[string]string{"ResultsBucket": bucket}}
	}
}

// change changes a stack as it is deployed.
func (c *cloud) change(name string, how func(*deployed)) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	stack := c.stacks[name]
	how(&stack)
	c.stacks[name] = stack
}

// templateOf is the file of a stack's template in the cloud assembly at folder.
func templateOf(t *testing.T, folder, part string) string {
	t.Helper()
	stacks, err := assembly.Read(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, stack := range stacks {
		if strings.HasSuffix(stack.Name, "/"+part) {
			return stack.TemplateFile
		}
	}
	t.Fatalf("no stack %s in %s", part, folder)
	return ""
}

func (c *cloud) serve(w http.ResponseWriter, r *http.Request) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if function, is := strings.CutPrefix(r.URL.Path, "/2015-03-31/functions/"); is {
		c.serveLambda(w, r, function)
		return
	}
	action, name := r.FormValue("Action"), r.FormValue("StackName")
	byRole := strings.Contains(r.Header.Get("Authorization"), "ROLEKEY/")
	answer := func(format string, arguments ...any) {
		fmt.Fprintf(w, "<%[1]sResponse><%[1]sResult>%[2]s</%[1]sResult></%[1]sResponse>", action, fmt.Sprintf(format, arguments...))
	}
	refuse := func(status int, code, message string) {
		w.WriteHeader(status)
		fmt.Fprintf(w, "<ErrorResponse><Error><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>", code, message)
	}
	stack, exists := c.stacks[name]
	if _, err := os.Stat(filepath.Join(c.gone, name)); err == nil {
		exists = false
	}
	if name != "" {
		c.asked = append(c.asked, action+" of "+name)
		if byRole == c.noRole {
			c.t.Errorf("%s: asked with the look-up role: %t", action, byRole)
		}
	}
	switch {
	case action == "GetCallerIdentity":
		answer("<Account>%s</Account><Arn>arn:aws:iam::%[1]s:user/me</Arn>", account)
	case action == "AssumeRole" && c.noRole:
		refuse(http.StatusForbidden, "AccessDenied", "not you")
	case action == "AssumeRole":
		if role := r.FormValue("RoleArn"); role != "arn:aws:iam::"+account+":role/cdk-hnb659fds-lookup-role-"+account+"-ap-northeast-2" {
			c.t.Errorf("the role %s is taken", role)
		}
		answer("<Credentials><AccessKeyId>ROLEKEY</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>")
	case !exists:
		refuse(http.StatusBadRequest, "ValidationError", "Stack with id "+name+" does not exist")
	case action == "DescribeStacks":
		var outputs strings.Builder
		for key, value := range stack.outputs {
			fmt.Fprintf(&outputs, "<member><OutputKey>%s</OutputKey><OutputValue>%s</OutputValue></member>", key, value)
		}
		answer("<Stacks><member><StackName>%s</StackName><StackStatus>%s</StackStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime><EnableTerminationProtection>%t</EnableTerminationProtection><Outputs>%s</Outputs></member></Stacks>",
			name, cmp.Or(stack.status, "UPDATE_COMPLETE"), stack.protected, &outputs)
	case action == "GetTemplate" && r.FormValue("TemplateStage") == "Original":
		var body strings.Builder
		if err := xml.EscapeText(&body, []byte(questionMarks(stack.template))); err != nil {
			c.t.Error(err)
		}
		answer("<TemplateBody>%s</TemplateBody>", &body)
	default:
		c.t.Errorf("AWS is asked %v", r.Form)
	}
}

// serveLambda has a monitor that takes events.
func (c *cloud) serveLambda(w http.ResponseWriter, r *http.Request, function string) {
	switch function {
	case "tally-rehearsal-monitor/configuration":
		fmt.Fprint(w, `{"FunctionArn":"arn:aws:lambda:ap-northeast-2:210987654321:function:tally-rehearsal-monitor"}`)
	case "tally-rehearsal-monitor/invocations":
		event, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("X-Amz-Invocation-Type") != "Event" {
			c.t.Errorf("the monitor is invoked as %s (%v)", r.Header.Get("X-Amz-Invocation-Type"), err)
		}
		c.asked = append(c.asked, "the monitor "+string(event))
		w.WriteHeader(http.StatusAccepted)
	default:
		c.t.Errorf("Lambda is asked for %s", function)
	}
}

// questionMarks is what GetTemplate makes of a template.
func questionMarks(template string) string {
	return strings.Map(func(r rune) rune {
		if r >= utf8.RuneSelf {
			return '?'
		}
		return r
	}, template)
}

// write writes a file of a folder that it makes.
func write(t *testing.T, folder, name, text string) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
}
