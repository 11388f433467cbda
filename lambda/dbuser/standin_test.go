package main

import (
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/rdsdata"
)

const (
	clusterARN = "arn:aws:rds:ap-northeast-2:111122223333:cluster:app"
	secretARN  = "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:rds!cluster-1-AbCdEf"
)

// cluster stands in for the RDS Data API in front of a real database: as much of
// its protocol as one statement takes, run as the master user.
//
// https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_ExecuteStatement.html
type cluster struct {
	database string
	master   *sql.DB
	// loginSQL replaces the clause that only Aurora MySQL knows.
	loginSQL string

	mutex   sync.Mutex
	refuses []refusal // what the next requests get
	calls   int
}

// refusal is an exception of the API.
type refusal struct{ kind, message string }

var resuming = refusal{"DatabaseResumingException", "The Aurora DB instance db-1 is resuming after being auto-paused. Please wait a few seconds and try again."}

func (c *cluster) refuse(refusals ...refusal) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.refuses, c.calls = refusals, 0
}

// next counts a request and says what it gets, if not its result.
func (c *cluster) next() (refusal, bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.calls++
	if len(c.refuses) == 0 {
		return refusal{}, false
	}
	first := c.refuses[0]
	if len(c.refuses) > 1 || c.master != nil { // without a database there is nothing but refusals
		c.refuses = c.refuses[1:]
	}
	return first, true
}

// start serves the API and returns a client for it.
func (c *cluster) start(t *testing.T) dataAPI {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request struct{ ResourceArn, SecretArn, Database, SQL string }
		err := json.NewDecoder(r.Body).Decode(&request)
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return // the client's time was over while it sent the request
		}
		if err != nil || r.Method+r.URL.Path != "POST/Execute" || request.ResourceArn != clusterARN || request.SecretArn != secretARN || request.Database != c.database {
			t.Errorf("request is %s %s %+v (%v)", r.Method, r.URL.Path, request, err)
		}
		w.Header().Set("Content-Type", "application/json")
		refused, isRefused := c.next()
		if !isRefused {
			if _, err := c.master.ExecContext(r.Context(), c.translate(request.SQL)); err != nil {
				refused, isRefused = refusal{"DatabaseErrorException", err.Error()}, true
			}
		}
		if isRefused {
			w.Header().Set("X-Amzn-ErrorType", refused.kind)
			w.WriteHeader(http.StatusBadRequest)
			_ = json.NewEncoder(w).Encode(map[string]string{"message": refused.message})
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"numberOfRecordsUpdated": 0, "generatedFields": []any{}})
	}))
	t.Cleanup(server.Close)
	return dataAPI{pause: time.Millisecond, client: rdsdata.NewFromConfig(aws.Config{
		Region: "ap-northeast-2", BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("key", "s3cret-hunter", ""),
	})}
}

// translate is the one thing that is not real: only Aurora has the AWSAuthenticationPlugin.
func (c *cluster) translate(statement string) string {
	return strings.ReplaceAll(statement, "IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'", c.loginSQL)
}
