package infra

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsathena"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsglue"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// queryFiles are the workgroup's saved queries, one a file. A file begins with comment
// lines, which say what it answers and what its parameters are. The SQL names no
// database: the saved query does.
//
//go:embed queries/*.sql
var queryFiles embed.FS

// newNamedQueries adds the saved queries.
func newNamedQueries(scope constructs.Construct, workgroup awsathena.CfnWorkGroup, database awsglue.CfnDatabase) error {
	files, err := fs.Glob(queryFiles, "queries/*.sql")
	if err != nil {
		return fmt.Errorf("saved queries: %w", err)
	}
	for _, file := range files {
		text, err := fs.ReadFile(queryFiles, file)
		if err != nil {
			return fmt.Errorf("saved query: %w", err)
		}
		name := strings.TrimSuffix(path.Base(file), ".sql")
		awsathena.NewCfnNamedQuery(scope, jsii.String("Saved-"+name), &awsathena.CfnNamedQueryProps{
			Name:        jsii.String(name),
			Description: jsii.String(openingComment(string(text))),
			Database:    database.Ref(),
			WorkGroup:   workgroup.Ref(),
			QueryString: jsii.String(string(text)),
		})
	}
	return nil
}

// openingComment is the text of the comment lines that a file begins with.
func openingComment(sql string) string {
	var words []string
	for line := range strings.Lines(sql) {
		comment, found := strings.CutPrefix(line, "--")
		if !found {
			break
		}
		words = append(words, strings.TrimSpace(comment))
	}
	return strings.Join(words, " ")
}
