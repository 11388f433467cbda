// Package signed sends single requests to services of AWS. The SDK's clients would do it, too,
// but each of them takes as long to start as all else of a function.
package signed

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// Client sends requests to one service.
type Client struct {
	config            aws.Config
	service, endpoint string
	signer            *v4.Signer
	http              *awshttp.BuildableClient
}

// Request is what is posted.
type Request struct {
	Path        string
	ContentType string
	Target      string // the operation, of services that read it in a header
	Body        []byte
	// Close ends the connection with the answer. A connection that is kept may have ended
	// while Lambda froze the process: then nobody knows whether the request arrived.
	Close bool
}

// Answer is what the service answers, with any status.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// keepAlive is how often a connection says that it is still there: an answer may take 15
// minutes.
const keepAlive = 30 * time.Second

// New makes a client of a service, such as lambda, in the configuration's region or at its
// endpoint.
func New(config aws.Config, service string) *Client {
	domain := "amazonaws.com"
	if strings.HasPrefix(config.Region, "cn-") {
		domain += ".cn"
	}
	return &Client{
		config:   config,
		service:  service,
		endpoint: cmp.Or(aws.ToString(config.BaseEndpoint), "https://"+service+"."+config.Region+"."+domain),
		signer:   v4.NewSigner(),
		http:     awshttp.NewBuildableClient().WithDialerOptions(func(dialer *net.Dialer) { dialer.KeepAlive = keepAlive }),
	}
}

// Post sends a request once: only the caller knows what another try would do. An error means
// that there was no answer.
func (c *Client) Post(ctx context.Context, post Request) (Answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint+post.Path, bytes.NewReader(post.Body))
	if err != nil {
		return Answer{}, err
	}
	request.Close = post.Close
	if post.ContentType != "" {
		request.Header.Set("Content-Type", post.ContentType)
	}
	if post.Target != "" {
		request.Header.Set("X-Amz-Target", post.Target)
	}
	credentials, err := c.config.Credentials.Retrieve(ctx)
	if err != nil {
		return Answer{}, fmt.Errorf("sign: %w", err)
	}
	hash := sha256.Sum256(post.Body)
	if err := c.signer.SignHTTP(ctx, credentials, request, hex.EncodeToString(hash[:]), c.service, c.config.Region, time.Now()); err != nil {
		return Answer{}, fmt.Errorf("sign: %w", err)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Status: response.StatusCode, Header: response.Header, Body: body}, nil
}
