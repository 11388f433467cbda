package main

import (
	"context"
	"encoding/pem"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/function/functiontest"
	"tally/test/local"
)

// In a VPC without internet, secrets are read at the endpoint that the stack made.
func TestSecretsAreReadAtTheirEndpoint(t *testing.T) {
	asked := make(chan string, 100)
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked <- r.Header.Get("X-Amz-Target") + string(body)
		w.Header().Set("X-Amzn-ErrorType", "AccessDeniedException")
		w.WriteHeader(http.StatusBadRequest)
	}))
	defer endpoint.Close()
	s3, err := local.StartS3(t.Context(), "results")
	if err != nil {
		t.Fatal(err)
	}
	defer s3.Close()
	functiontest.SetEnvironment(t, `{"environment":"local","bucket":"results","secrets_url":"`+endpoint.URL+`","databases":{
		"app":{"engine":"postgres","host":"127.0.0.1","port":1,"dbname":"app","username":"reader","auth":"secret","secret_arn":"arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:reader"}}}`, jobsFile)
	t.Setenv("AWS_ENDPOINT_URL_S3", s3.Endpoint)
	layAuthority(t)
	h, err := newHandler(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second) // as Lambda gives one
	defer cancel()
	_, err = h.Invoke(ctx, []byte(`{"job":"daily-scans","scheduledTime":"2022-04-07T14:55:00Z"}`))
	if err == nil || !strings.Contains(err.Error(), "AccessDenied") {
		t.Errorf("got %v, want what the endpoint says", err)
	}
	close(asked)
	if got := <-asked; !strings.Contains(got, "secretsmanager.GetSecretValue") || !strings.Contains(got, "secret:reader") {
		t.Errorf("the endpoint was asked %s", got)
	}
}

// layAuthority puts a certificate into the layer of certificate authorities.
func layAuthority(t *testing.T) {
	t.Helper()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(filepath.Join(os.Getenv(contract.LayerRootVariable), contract.CAFile), authority, 0o600); err != nil {
		t.Fatal(err)
	}
}
